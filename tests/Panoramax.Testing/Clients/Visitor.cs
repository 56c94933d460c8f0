using System.Text.Json.Nodes;

namespace Panoramax.Testing.Clients;

/// <summary>Somebody who looks at pictures.</summary>
public sealed class Visitor(Uri address, string? bearer = null) : ApiClient(address, bearer)
{
    /// <summary>The item of a picture, by search, as the viewer asks for it; null when there is none.</summary>
    public async Task<JsonNode?> Picture(Guid id)
    {
        var answer = await Get($"search?ids={id}");
        return answer["features"]?.AsArray().FirstOrDefault()?.DeepClone();
    }

    /// <summary>All items of a collection, over every <c>next</c> link.</summary>
    public async Task<IReadOnlyList<JsonNode>> Items(Guid collection, string query = "")
    {
        var items = new List<JsonNode>();
        string? next = $"collections/{collection}/items{query}";
        while (next is not null)
        {
            var page = await Get(next);
            if (page.Code != 200) throw new InvalidOperationException($"{next}: {page.Code} {page.Text}");
            items.AddRange(page["features"]!.AsArray().Select(item => item!));
            next = Link(page.Json!, "next");
        }

        return items;
    }

    /// <summary>The address of the first link of a relation, or null.</summary>
    public static string? Link(JsonNode answer, string relation) =>
        answer["links"]!.AsArray().FirstOrDefault(link => link!["rel"]!.GetValue<string>() == relation)?["href"]!.GetValue<string>();
}
