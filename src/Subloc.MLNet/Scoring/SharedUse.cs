namespace Subloc.MLNet.Scoring;

/// <summary>Lets several threads use something, and frees it once it is disposed and none of them uses it any more.</summary>
/// <remarks>Weights that another thread is reading must not be freed: a native library would end the process.</remarks>
/// <param name="owner">Name of the type whose disposal ends the use, for the exception.</param>
/// <param name="free">Frees it.</param>
internal sealed class SharedUse(string owner, Action free) : IDisposable
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isDisposed;

    /// <summary>Runs what uses it.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Run(Action action)
    {
        lock (_lock)
        {
            if (_isDisposed)
                throw new ObjectDisposedException(owner, "The model was disposed; note that a PredictionEngine disposes its model unless it is made with OwnsTransformer = false.");
            _users++;
        }

        try
        {
            action();
        }
        finally
        {
            lock (_lock)
            {
                if (--_users == 0 && _isDisposed)
                    free();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_isDisposed && _users == 0)
                free();
            _isDisposed = true;
        }
    }
}
