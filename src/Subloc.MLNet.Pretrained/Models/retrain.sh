#!/usr/bin/env bash
# Makes the shipped models anew, on a CPU: subloc.onnx and subloc-best.onnx beside this file, and ../MODEL_CARD.md. The only argument is a folder that holds
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
gradients=(--optimizer muon --weight-decay 0.02 --learning-rate 0.002 --schedule constant --label-smoothing 0.05 --logit-adjustment 0.5 --clip 1
    --average 0.999 --seed 1)
subloc_recipe=(--network subloc --families 20000 --epochs 8 "${gradients[@]}")
transformer_recipe=(--network transformer --families 20000 --epochs 9 --masked-residues 0.05 "${gradients[@]}")

# The C library keeps large blocks of memory too. On a virtual machine, getting them anew takes a good part of the transformer's time.
export MALLOC_MMAP_MAX_=0 MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456

dotnet build -c Release ../../Subloc.Cli
subloc() { dotnet ../../Subloc.Cli/bin/Release/net10.0/subloc.dll "$@"; }

# What each network reaches alone, then their average. 'subloc' is the mean of two parts, and counts twice.
subloc crossvalidate "${common[@]}" "${subloc_recipe[@]}" --checkpoint "$work/folds" --resume --predictions "$work/subloc.csv" --json "$work/fast.json"
subloc crossvalidate "${common[@]}" "${transformer_recipe[@]}" --checkpoint "$work/transformer" --resume --predictions "$work/transformer.csv"
subloc crossvalidate "${common[@]}" "${subloc_recipe[@]}" --checkpoint "$work/folds" --resume --average-with "$work"/{subloc,transformer}.csv --json "$work/best.json"

subloc train "${common[@]}" "${subloc_recipe[@]}" --checkpoint "$work/all-subloc" --resume --output "$work/subloc.zip"
subloc train "${common[@]}" "${transformer_recipe[@]}" --checkpoint "$work/all-transformer" --resume --output "$work/transformer.zip"

# How fast it is belongs on the card, and the card into the model.
data_text="DeepLoc 2.0 (Thumuluri et al., Nucleic Acids Res. 50 (2022), W228-W234): eukaryotic proteins of UniProt with experimental evidence, in four of its five homology partitions. The shipped networks learned from all 22,841 of them; the 5,490 with several compartments counted as equal shares of each. Measured are the 17,351 with one."
rules="Folds are whole homology partitions: no protein with 30 % identity to a held-out one over its whole length was learned from. More distant relatives were, and the families make use of them. Settings were chosen on the same four partitions and with the same seed, so that figures may read a point high, as a second seed says."
vnni=$(grep -qs vnni /proc/cpuinfo && echo with || echo without)
bytes=(--precision int8 --data "${proteins[0]}" --weights int8)

# ship QUALITY FILE METHOD NETWORK...
ship() {
    local quality=$1 file=$2 method=$3 speed
    local models=("${@:4}")
    subloc export --model "${models[@]/#/$work/}" "${bytes[@]}" --output "$work/bare.onnx"
    speed=$(subloc predict --model "$work/bare.onnx" --input "${proteins[0]}" --output "$work/predicted.csv")
    subloc card --crossvalidation "$work/$quality.json" --output "$work/$quality-card.json" --name "${file%.onnx}" --data-text "$data_text" --method "$method $rules" \
        --speed "From FASTA or CSV to CSV on $(nproc) processors $vnni VNNI instructions: $speed" \
        --licence "MIT. Of training proteins the model keeps which of fourteen kinds each residue of every second one is of, to compare others with; the proteins are UniProt's (CC BY 4.0)."
    subloc export --model "${models[@]/#/$work/}" "${bytes[@]}" --output "$file" --card "$work/$quality-card.json"
}
ship fast subloc.onnx "The network 'subloc' (1000 positions, 8 epochs) with families of training proteins, one of which each keeps to compare others with. It calculates with bytes; the results are those of the network in float32." \
    subloc.zip
ship best subloc-best.onnx "Average of the network 'subloc' (1000 positions, 8 epochs) with families of training proteins, one of which each keeps to compare others with, which counts twice, and 'transformer' (1000 positions, 9 epochs). It calculates with bytes; the results are those of the networks in float32." \
    subloc.zip subloc.zip transformer.zip
subloc info --markdown ../MODEL_CARD.md --model subloc.onnx
