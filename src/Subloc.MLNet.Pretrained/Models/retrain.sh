#!/usr/bin/env bash
# Makes the shipped model anew, on a CPU: subloc.onnx beside this file, and ../MODEL_CARD.md. The only argument is a folder that holds
# partition0.csv to partition3.csv of DeepLoc 2.0 (columns accession, sequence, label, partition). An interrupted run goes on where it was.
#   src/Subloc.MLNet.Pretrained/Models/retrain.sh FOLDER
set -euo pipefail
data=$(cd "$1" && pwd)
cd "$(dirname "$0")"
work=${SUBLOC_WORK:-${TMPDIR:-/tmp}/subloc-retrain}
mkdir -p "$work"

# The recipes: the same for the cross-validation and for the networks that are shipped, two 'subloc' with seeds 1 and 2, one 'descriptors' and one
# 'transformer'.
proteins=("$data"/partition{0,1,2,3}.csv)
common=(--data "${proteins[@]}" --multi share --validation-fraction 0 --threads 1)
residues=(--masked-residues 0.05 --optimizer muon --weight-decay 0.02 --learning-rate 0.002 --schedule constant --label-smoothing 0.05
    --logit-adjustment 0.5 --clip 1 --average 0.999 --precision bf16)
subloc_recipe=(--network subloc --epochs 8 "${residues[@]}")
transformer_recipe=(--network transformer --epochs 9 "${residues[@]}" --seed 1)
descriptors_recipe=(--network descriptors --epochs 20 --optimizer adamw --weight-decay 0.01 --learning-rate 0.001 --schedule cosine --seed 1)

dotnet build -c Release ../../Subloc.Cli
subloc() { dotnet ../../Subloc.Cli/bin/Release/net10.0/subloc.dll "$@"; }

# What each kind reaches alone, then their average, which the card is about.
subloc crossvalidate "${common[@]}" "${descriptors_recipe[@]}" --checkpoint "$work/descriptors" --resume --predictions "$work/descriptors.csv"
subloc crossvalidate "${common[@]}" "${transformer_recipe[@]}" --checkpoint "$work/transformer" --resume --predictions "$work/transformer.csv"
for seed in 1 2; do
    subloc crossvalidate "${common[@]}" "${subloc_recipe[@]}" --seed $seed --checkpoint "$work/folds/member-$seed" --resume
done
subloc crossvalidate "${common[@]}" "${subloc_recipe[@]}" --seed 1 --members 2 --checkpoint "$work/folds" --resume \
    --average-with "$work/descriptors.csv" "$work/transformer.csv" --class-offsets --json "$work/crossvalidation.json"

subloc train "${common[@]}" "${descriptors_recipe[@]}" --checkpoint "$work/all-descriptors" --resume --output "$work/descriptors.zip"
subloc train "${common[@]}" "${transformer_recipe[@]}" --checkpoint "$work/all-transformer" --resume --output "$work/transformer.zip"
for seed in 1 2; do
    subloc train "${common[@]}" "${subloc_recipe[@]}" --seed $seed --checkpoint "$work/all-$seed" --resume --output "$work/subloc-$seed.zip"
done

# How fast it is belongs on the card, and the card into the model.
models=(--model "$work/subloc-1.zip" "$work/subloc-2.zip" "$work/descriptors.zip" "$work/transformer.zip")
bytes=(--precision int8 --data "${proteins[0]}" --weights int8)
subloc export "${models[@]}" "${bytes[@]}" --output "$work/bare.onnx"
speed=$(subloc predict --model "$work/bare.onnx" --input "${proteins[0]}" --output "$work/predicted.csv")
subloc card --crossvalidation "$work/crossvalidation.json" --output "$work/card.json" --name "subloc" \
    --data-text "DeepLoc 2.0 (Thumuluri et al., Nucleic Acids Res. 50 (2022), W228-W234): eukaryotic proteins of UniProt with experimental evidence for one compartment, in four of its five homology partitions (30 % identity). The shipped networks were trained on all four." \
    --method "Average of four networks: 'subloc' with seeds 1 and 2 (1000 positions, 8 epochs), 'descriptors' (20 epochs), 'transformer' (9 epochs). It calculates with bytes; the results are those of the networks in float32, which agree with it on 99.7 % of the proteins, with the same accuracy. Folds are whole homology partitions, so that no relative of a held-out protein was learned from." \
    --speed "From FASTA or CSV to CSV on $(nproc) processors: $speed" \
    --licence "MIT. The training proteins are not part of the model; their terms are those of the authors of DeepLoc 2.0."
subloc export "${models[@]}" "${bytes[@]}" --output subloc.onnx --card "$work/card.json"
subloc info --model subloc.onnx --markdown ../MODEL_CARD.md
