// Commands train, time and cancel; one at a time keeps the threads of libtorch and the signals of children apart.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
