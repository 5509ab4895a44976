#!/usr/bin/env bash
# Makes the shipped model anew, on a CPU: subloc.onnx beside this file, and ../MODEL_CARD.md. The only argument is a folder that holds
# partition0.csv to partition3.csv of DeepLoc 2.0 (columns accession, sequence, label, partition). An interrupted run goes on where it was.
#   src/Subloc.MLNet.Pretrained/Models/retrain.sh FOLDER
set -euo pipefail
data=$(cd "$1" && pwd)
cd "$(dirname "$0")"
work=${SUBLOC_WORK:-${TMPDIR:-/tmp}/subloc-retrain}
mkdir -p "$work"

# The recipe: the same for the cross-validation and for the network that is shipped.
recipe=(--network subloc --multi share --masked-residues 0.05 --epochs 8 --optimizer muon --weight-decay 0.02 --learning-rate 0.002
    --schedule constant --label-smoothing 0.05 --logit-adjustment 0.5 --clip 1 --average 0.999 --validation-fraction 0
    --precision bf16 --threads 1 --seed 1)
proteins=("$data"/partition{0,1,2,3}.csv)

dotnet build -c Release ../../Subloc.Cli
subloc() { dotnet ../../Subloc.Cli/bin/Release/net10.0/subloc.dll "$@"; }

# Two networks a fold tell how much seeds differ, and what their average is worth; the card is about the first, which is shipped.
subloc crossvalidate --data "${proteins[@]}" "${recipe[@]}" --members 2 --checkpoint "$work/folds" --resume --json "$work/averages.json"
subloc crossvalidate --data "${proteins[@]}" "${recipe[@]}" --checkpoint "$work/folds/member-1" --resume --json "$work/crossvalidation.json"
subloc train --data "${proteins[@]}" "${recipe[@]}" --checkpoint "$work/all" --resume --output "$work/model.zip"

# How fast it is belongs on the card, and the card into the model.
subloc export --model "$work/model.zip" --output "$work/bare.onnx" --weights int16
speed=$(subloc predict --model "$work/bare.onnx" --input "${proteins[0]}" --output "$work/predicted.csv")
subloc card --crossvalidation "$work/crossvalidation.json" --output "$work/card.json" --name "subloc" \
    --data-text "DeepLoc 2.0 (Thumuluri et al., Nucleic Acids Res. 50 (2022), W228-W234): eukaryotic proteins of UniProt with experimental evidence for one compartment, in four of its five homology partitions (30 % identity). The shipped network was trained on all four." \
    --speed "From FASTA or CSV to CSV on $(nproc) processors: $speed" \
    --licence "MIT. The training proteins are not part of the model; their terms are those of the authors of DeepLoc 2.0."
subloc export --model "$work/model.zip" --output subloc.onnx --weights int16 --card "$work/card.json"
subloc info --model subloc.onnx --markdown ../MODEL_CARD.md
