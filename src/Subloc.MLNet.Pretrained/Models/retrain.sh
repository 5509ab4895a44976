#!/usr/bin/env bash
# Makes the shipped model anew, on a CPU: subloc.onnx beside this file, and ../MODEL_CARD.md. The only argument is a folder that holds
# partition0.csv to partition3.csv of DeepLoc 2.0 (columns accession, sequence, label, partition). An interrupted run goes on where it was.
#   src/Subloc.MLNet.Pretrained/Models/retrain.sh FOLDER
set -euo pipefail
data=$(cd "$1" && pwd)
cd "$(dirname "$0")"
work=${SUBLOC_WORK:-${TMPDIR:-/tmp}/subloc-retrain}
mkdir -p "$work"

# The recipes: the same for the cross-validation and for the networks that are shipped.
proteins=("$data"/partition{0,1,2,3}.csv)
common=(--data "${proteins[@]}" --multi share --validation-fraction 0 --threads 1)
subloc_recipe=(--network subloc --epochs 8 --masked-residues 0.05 --optimizer muon --weight-decay 0.02 --learning-rate 0.002 --schedule constant
    --label-smoothing 0.05 --logit-adjustment 0.5 --clip 1 --average 0.999 --precision bf16 --seed 1)
descriptors_recipe=(--network descriptors --epochs 20 --optimizer adamw --weight-decay 0.01 --learning-rate 0.001 --schedule cosine --seed 1)
families_recipe=(--network families)

dotnet build -c Release ../../Subloc.Cli
subloc() { dotnet ../../Subloc.Cli/bin/Release/net10.0/subloc.dll "$@"; }

# What each kind reaches alone, then their average, which the card is about.
subloc crossvalidate "${common[@]}" "${descriptors_recipe[@]}" --checkpoint "$work/descriptors" --resume --predictions "$work/descriptors.csv"
subloc crossvalidate "${common[@]}" "${families_recipe[@]}" --predictions "$work/families.csv"
subloc crossvalidate "${common[@]}" "${subloc_recipe[@]}" --checkpoint "$work/folds" --resume
subloc crossvalidate "${common[@]}" "${subloc_recipe[@]}" --checkpoint "$work/folds" --resume \
    --average-with "$work/descriptors.csv" "$work/families.csv" --class-offsets --json "$work/crossvalidation.json"

subloc train "${common[@]}" "${subloc_recipe[@]}" --checkpoint "$work/all-subloc" --resume --output "$work/subloc.zip"
subloc train "${common[@]}" "${descriptors_recipe[@]}" --checkpoint "$work/all-descriptors" --resume --output "$work/descriptors.zip"
subloc train "${common[@]}" "${families_recipe[@]}" --output "$work/families.zip"

# How fast it is belongs on the card, and the card into the model.
models=(--model "$work/subloc.zip" "$work/descriptors.zip" "$work/families.zip")
bytes=(--precision int8 --data "${proteins[0]}" --weights int8)
subloc export "${models[@]}" "${bytes[@]}" --output "$work/bare.onnx"
speed=$(subloc predict --model "$work/bare.onnx" --input "${proteins[0]}" --output "$work/predicted.csv")
subloc card --crossvalidation "$work/crossvalidation.json" --output "$work/card.json" --name "subloc" \
    --data-text "DeepLoc 2.0 (Thumuluri et al., Nucleic Acids Res. 50 (2022), W228-W234): eukaryotic proteins of UniProt with experimental evidence for one compartment, in four of its five homology partitions (30 % identity). The shipped networks were trained on all four." \
    --method "Average of three networks: 'subloc' (1000 positions, 8 epochs), 'descriptors' (20 epochs) and 'families' (4000 stretches that training proteins have in common). It calculates with bytes; the results are those of the networks in float32. On partition 0, held out, both agree on 99.5 % of the proteins, and bytes have an accuracy of 0.696 where float32 has 0.697. Folds are whole homology partitions: no protein with 30 % identity to a held-out one was learned from. More distant relatives were, and 'families' makes use of them." \
    --speed "From FASTA or CSV to CSV on $(nproc) processors: $speed" \
    --licence "MIT. The training proteins are not part of the model; their terms are those of the authors of DeepLoc 2.0."
subloc export "${models[@]}" "${bytes[@]}" --output subloc.onnx --card "$work/card.json"
subloc info --model subloc.onnx --markdown ../MODEL_CARD.md
