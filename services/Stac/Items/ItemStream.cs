using System.Text.Json;

namespace Panoramax.Stac.Items;

/// <summary>
/// A FeatureCollection that is written while its rows are read: a sequence of ten thousand pictures is fifty megabytes of
/// JSON, of which only the part on its way is kept in memory. The links come last, because they depend on the rows.
/// </summary>
internal sealed class ItemStream(IAsyncEnumerable<ItemJson> items, Func<IReadOnlyList<LinkJson>> links) : IResult
{
    private const int FlushAtBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        // The first row is waited for before anything is sent: until then a fault can still become an error answer.
        await using var rows = items.GetAsyncEnumerator(cancel);
        var more = await rows.MoveNextAsync();

        httpContext.Response.StatusCode = StatusCodes.Status200OK;
        httpContext.Response.ContentType = MediaTypes.GeoJson;
        var body = httpContext.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = StacJson.Wire.Options.Encoder, SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        while (more)
        {
            JsonSerializer.Serialize(json, rows.Current, StacJson.Wire.ItemJson);
            if (json.BytesPending + body.UnflushedBytes > FlushAtBytes)
            {
                await json.FlushAsync(cancel);
                await body.FlushAsync(cancel);
            }

            more = await rows.MoveNextAsync();
        }

        json.WriteEndArray();
        json.WritePropertyName("links");
        JsonSerializer.Serialize(json, links(), StacJson.Wire.IReadOnlyListLinkJson);
        json.WriteEndObject();
        await json.FlushAsync(cancel);
        await body.FlushAsync(cancel);
    }
}
