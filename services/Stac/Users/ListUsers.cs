using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panoramax.Http;

namespace Panoramax.Stac.Users;

/// <summary>All accounts in the order they were made. Children are those that own something everybody may see.</summary>
internal static class ListUsers
{
    private const int MaxLimit = 1000;

    public static async Task<JsonHttpResult<UsersJson>> Handle(HttpRequest request, NpgsqlDataSource source, Links links, CancellationToken cancel)
    {
        var limit = QueryValues.Int(request.Query["limit"].ToString()) is >= 1 and <= MaxLimit and var asked ? asked : MaxLimit;
        await using var command = source.CreateCommand("""
            SELECT a.id, a.name, EXISTS (
                SELECT 1 FROM sequences s
                WHERE s.account_id = a.id AND s.status = 'ready' AND (s.visibility IS NULL OR s.visibility = 'anyone'))
            FROM accounts a ORDER BY a.created_at, a.id LIMIT @limit
            """);
        command.Parameters.AddWithValue("limit", limit);

        var users = new List<ListedUserJson>();
        var children = new List<LinkJson>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var (id, name) = (reader.GetGuid(0), reader.GetString(1));
            users.Add(new ListedUserJson(id, name, UserLinks.Of(id, links)));
            if (reader.GetBoolean(2)) children.Add(new LinkJson("child", null, links.User(id) + "/collection", $"Sequences of {name}"));
        }

        return TypedResults.Json(
            new UsersJson
            {
                Users = users,
                Links = [new LinkJson("user-search", MediaTypes.Json, links.Api() + "/users/search", "Search users"), links.RootLink(), .. children],
            },
            StacJson.Wire.UsersJson, MediaTypes.Json);
    }
}
