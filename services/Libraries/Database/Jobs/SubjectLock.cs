using Npgsql;

namespace Panoramax.Database.Jobs;

/// <summary>
/// A PostgreSQL advisory lock on a subject's id, held by a connection of its own for as long as a worker works on it. The
/// server frees it when the process dies. The connection is not pooled: a pooled one keeps its lock after closing. The same
/// connection commits the result; <see cref="IsStillHeld"/> compares the server process first, because a reconnect would
/// silently go on without the lock.
/// </summary>
public sealed class SubjectLock : IAsyncDisposable
{
    private readonly int serverProcess;

    private SubjectLock(NpgsqlConnection connection, Guid subjectId, int serverProcess)
    {
        Connection = connection;
        SubjectId = subjectId;
        this.serverProcess = serverProcess;
    }

    /// <summary>The connection that holds the lock.</summary>
    public NpgsqlConnection Connection { get; }

    public Guid SubjectId { get; }

    /// <summary>A source of connections that really close, for <see cref="TryTake"/>; one per process.</summary>
    public static NpgsqlDataSource UnpooledSource(string connectionString) =>
        DatabaseSetup.DataSource(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);

    /// <summary>Opens a connection and tries to lock the subject.</summary>
    /// <returns>Null when somebody else holds the lock.</returns>
    /// <exception cref="NpgsqlException">The database is not reached.</exception>
    /// <param name="unpooled">A source of unpooled connections, see <see cref="UnpooledSource"/>.</param>
    public static async Task<SubjectLock?> TryTake(NpgsqlDataSource unpooled, Guid subjectId, CancellationToken cancel)
    {
        var connection = unpooled.CreateConnection();
        try
        {
            await connection.OpenAsync(cancel);
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(@key), pg_backend_pid()", connection);
            command.Parameters.AddWithValue("key", Key(subjectId));
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            var locked = reader.GetBoolean(0);
            var process = reader.GetInt32(1);
            await reader.CloseAsync();
            if (locked) return new SubjectLock(connection, subjectId, process);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>True while the connection is the one that took the lock. Ask inside the result's transaction, before committing.</summary>
    public async Task<bool> IsStillHeld(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", Connection);
        return (int)(await command.ExecuteScalarAsync(cancel))! == serverProcess;
    }

    /// <summary>Gives the lock back but keeps the connection open, to look for more work of the subject.</summary>
    public async Task Release(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock(@key)", Connection);
        command.Parameters.AddWithValue("key", Key(SubjectId));
        await command.ExecuteNonQueryAsync(cancel);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    /// <summary>64 bits of the id, folded: two subjects that share them only wait for each other.</summary>
    private static long Key(Guid id)
    {
        var bytes = id.ToByteArray(bigEndian: true);
        return BitConverter.ToInt64(bytes, 0) ^ BitConverter.ToInt64(bytes, 8);
    }
}
