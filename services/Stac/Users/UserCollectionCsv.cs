using System.Globalization;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Stac.Collections;

namespace Panoramax.Stac.Users;

/// <summary>A user's sequences as a table: always all of them, newest first, written while they are read.</summary>
internal static class UserCollectionCsv
{
    private const string Header =
        "id,status,name,created,updated,capture_date,minimum_capture_time,maximum_capture_time,min_x,min_y,max_x,max_y,nb_pictures,length_km,computed_h_pixel_density,computed_gps_accuracy";

    /// <summary>The order that a client may name, because it is the one there is.</summary>
    private const string Sort = "-created,+id";

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 with a page, a filter or another sort.</exception>
    public static IResult Answer(Guid id, IQueryCollection asked, Caller caller, NpgsqlDataSource source)
    {
        var sort = asked["sortby"].ToString();
        if (asked["page"].ToString().Length > 0 || asked["filter"].ToString().Length > 0 || (sort.Length > 0 && CollectionSort.Parse(sort).Text != Sort))
            throw StacErrors.NotWithCsv();
        return new Table(id, caller, source);
    }

    private sealed class Table(Guid id, Caller caller, NpgsqlDataSource source) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var cancel = httpContext.RequestAborted;
            var query = new CollectionQuery { AccountId = id, Sort = CollectionSort.Parse(Sort) };
            await using var rows = CollectionPage.All(query, caller, source, cancel).GetAsyncEnumerator(cancel);
            // Waited for before anything is sent: until then a fault can still become an error answer.
            var more = await rows.MoveNextAsync();

            httpContext.Response.ContentType = "text/csv";
            httpContext.Response.Headers.ContentDisposition = "attachment; filename=sequences.csv";
            await using var text = new StreamWriter(httpContext.Response.Body, leaveOpen: true);
            await text.WriteAsync(Header + "\r\n");
            for (; more; more = await rows.MoveNextAsync()) await text.WriteAsync(Line(rows.Current) + "\r\n");
            await text.FlushAsync(cancel);
        }
    }

    private static string Line(CollectionRow row) => string.Join(',', new[]
    {
        row.Id.ToString(), row.Status, Quoted(row.Title ?? ""), Time(row.Created), Time(row.Updated),
        row.CaptureDay?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Time(row.FirstCapture), Time(row.LastCapture),
        Number(row.Box?[0]), Number(row.Box?[1]), Number(row.Box?[2]), Number(row.Box?[3]),
        row.PictureCount.ToString(CultureInfo.InvariantCulture), Number(CollectionShape.Kilometres(row.LengthMetres)),
        row.PixelDensity?.ToString(CultureInfo.InvariantCulture), Number(row.GpsAccuracyMetres),
    });

    /// <summary>As RFC 4180 quotes; a text that a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    private static string Quoted(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r') text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF'+00'", CultureInfo.InvariantCulture) ?? "";

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
