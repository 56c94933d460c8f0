using System.Data;
using Npgsql;
using NpgsqlTypes;
using Panoramax.Database.Queries;
using Panoramax.Domain.Accounts;

namespace Panoramax.StacShapes;

/// <summary>
/// A hand-written statement in the making. Text comes from the program alone; whatever a client sent becomes a parameter.
/// </summary>
public sealed class Statement
{
    private readonly List<NpgsqlParameter> parameters = [];
    private readonly Caller caller;

    public Statement(Caller caller)
    {
        this.caller = caller;
        if (caller.AccountId is { } id) parameters.Add(new NpgsqlParameter("caller", id));
    }

    /// <summary>Adds a value and answers its place in the text.</summary>
    public string Value<T>(T value)
        where T : notnull
    {
        var name = $"p{parameters.Count}";
        parameters.Add(new NpgsqlParameter<T>(name, value));
        return "@" + name;
    }

    /// <summary>Text that may be absent; a null needs a type of its own.</summary>
    public string Text(string? value)
    {
        var name = $"p{parameters.Count}";
        parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value });
        return "@" + name;
    }

    /// <summary>Condition: the caller may see the row of this table alias.</summary>
    public string Visible(string alias) => VisibilityQueries.Condition(alias, caller);

    /// <summary>Condition: the row of this table alias is the caller's own, or the caller is an administrator.</summary>
    public string Owned(string alias) => caller switch
    {
        { IsAdmin: true } => "TRUE",
        { IsLoggedIn: true } => $"{alias}.account_id = @caller",
        _ => "FALSE",
    };

    /// <summary>
    /// Runs it as a prepared statement, which each connection of the pool plans once: planning a dozen joins takes longer than
    /// reading ten items. For statements alone whose best plan does not depend on their values.
    /// </summary>
    /// <returns>A reader that gives its connection back when it is disposed.</returns>
    public async Task<NpgsqlDataReader> ReadPrepared(NpgsqlDataSource source, string text, CancellationToken cancel)
    {
        var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            var command = new NpgsqlCommand(text, connection);
            foreach (var parameter in parameters) command.Parameters.Add(parameter);
            // Asks the server only the first time on a connection, which keeps it in the pool.
            await command.PrepareAsync(cancel);
            return await command.ExecuteReaderAsync(CommandBehavior.CloseConnection, cancel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The finished command; it opens a connection of the pool by itself.</summary>
    public NpgsqlCommand On(NpgsqlDataSource source, string text)
    {
        var command = source.CreateCommand(text);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }
}
