using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panoramax.Http;

namespace Panoramax.Stac.Users;

/// <summary>Accounts whose name is like a text, the most alike first.</summary>
internal static class SearchUsers
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    /// <summary>Of trigrams in common; low, so that one letter finds a short name.</summary>
    private const string Threshold = "0.1";

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 without a text.</exception>
    public static async Task<JsonHttpResult<FoundUsersJson>> Handle(HttpRequest request, NpgsqlDataSource source, Links links, CancellationToken cancel)
    {
        var text = request.Query["q"].ToString();
        if (string.IsNullOrWhiteSpace(text)) throw StacErrors.SearchTextMissing();
        var limit = QueryValues.Limit(request.Query["limit"], MaxLimit) ?? DefaultLimit;

        // The index on names answers the operator %, whose threshold is a setting: it holds for this transaction alone.
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SET LOCAL pg_trgm.similarity_threshold = {Threshold}"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "SELECT a.id, a.name FROM accounts a WHERE a.name % @q ORDER BY similarity(a.name, @q) DESC, a.name, a.id LIMIT @limit")
        {
            Parameters = { new NpgsqlParameter("q", text.Replace("\0", "", StringComparison.Ordinal)), new NpgsqlParameter("limit", limit) },
        });

        var found = new List<FoundUserJson>();
        await using (var reader = await batch.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel)) found.Add(new FoundUserJson(reader.GetGuid(0), reader.GetString(1), UserLinks.Of(reader.GetGuid(0), links)));
        }

        await transaction.CommitAsync(cancel);
        return TypedResults.Json(new FoundUsersJson(found), StacJson.Wire.FoundUsersJson, MediaTypes.Json);
    }
}
