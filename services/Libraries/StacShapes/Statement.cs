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

    /// <summary>The finished command; it opens a connection of the pool by itself.</summary>
    public NpgsqlCommand On(NpgsqlDataSource source, string text)
    {
        var command = source.CreateCommand(text);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }
}
