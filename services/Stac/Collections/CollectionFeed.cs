using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Http;
using Panoramax.Http.Errors;
using Panoramax.Stac.Catalog;

namespace Panoramax.Stac.Collections;

/// <summary>
/// The newest sequences as RSS 2.0. <c>georss:point</c> is written as longitude, latitude: not as the GeoRSS standard has
/// it, but as every reader of this API knows it.
/// </summary>
internal sealed class CollectionFeed(
    IHttpContextAccessor accessor, NpgsqlDataSource source, Links links, IOptions<InstanceOptions> instance, IConfiguration configuration, TimeProvider clock)
{
    private const string Content = "http://purl.org/rss/1.0/modules/content/";
    private const string DublinCore = "http://purl.org/dc/elements/1.1/";
    private const string GeoRss = "http://www.georss.org/georss";

    private static readonly LocalText sentence = new("Sequence \"{0}\" by \"{1}\" was captured on {2}")
    {
        De = "Die Sequenz „{0}“ von „{1}“ wurde am {2} aufgenommen",
        Fr = "La séquence « {0} » de « {1} » a été prise le {2}",
        Es = "La secuencia «{0}» de «{1}» se tomó el {2}",
        Hu = "„{1}” „{0}” sorozata ekkor készült: {2}",
    };

    private static readonly LocalText viewMap = new("View on the map") { De = "Auf der Karte ansehen", Fr = "Voir sur la carte", Es = "Ver en el mapa", Hu = "Megtekintés a térképen" };

    private static readonly LocalText viewData = new("JSON metadata") { De = "Metadaten (JSON)", Fr = "Métadonnées (JSON)", Es = "Metadatos (JSON)", Hu = "Metaadatok (JSON)" };

    private static readonly LocalText unknownTime = new("an unknown day") { De = "unbekanntem Tag", Fr = "une date inconnue", Es = "una fecha desconocida", Hu = "ismeretlen időpontban" };

    public async Task<IResult> Write(IReadOnlyList<CollectionRow> rows, CancellationToken cancel)
    {
        var language = Language.Of(accessor.HttpContext!.Request);
        var points = await FirstPoints(rows, cancel);
        var (name, description) = (LabelJson.Of(instance.Value.Name, language).Label, LabelJson.Of(instance.Value.Description, language).Label);
        var mainPage = configuration["Gateway:MainPage"] is { Length: > 0 } page ? page : links.Root() + "/";

        using var buffer = new MemoryStream();
        await using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, Async = true, CheckCharacters = false }))
        {
            xml.WriteRaw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            xml.WriteStartElement("rss");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteAttributeString("xmlns", "dc", null, DublinCore);
            xml.WriteAttributeString("xmlns", "content", null, Content);
            xml.WriteAttributeString("xmlns", "georss", null, GeoRss);
            xml.WriteStartElement("channel");
            xml.WriteElementString("title", Clean(name));
            xml.WriteElementString("link", mainPage);
            xml.WriteElementString("description", Clean(description));
            xml.WriteElementString("language", language);
            xml.WriteElementString("lastBuildDate", Rfc822(clock.GetUtcNow()));
            xml.WriteElementString("generator", "GeoVisio");
            xml.WriteElementString("docs", "https://cyber.harvard.edu/rss/rss.html");
            xml.WriteStartElement("image");
            xml.WriteElementString("url", links.Root() + "/static/img/logo.png");
            xml.WriteElementString("title", Clean(name));
            xml.WriteElementString("link", mainPage);
            xml.WriteEndElement();
            foreach (var row in rows) Item(xml, row, points.TryGetValue(row.Id, out var point) ? point : null, language);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return Results.Bytes(buffer.ToArray(), "text/xml");
    }

    private void Item(XmlWriter xml, CollectionRow row, PointJson? point, string language)
    {
        var title = CollectionShape.TitleOf(row);
        var captured = row.FirstCapture is { } first ? first.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : unknownTime.In(language);
        var description = Clean(sentence.In(language, title, row.AccountName, captured));
        var viewer = configuration["Gateway:ViewerPage"] is { Length: > 0 } page ? page : links.Root() + "/viewer";
        var map = point is null ? viewer : FormattableString.Invariant($"{viewer}#focus=map&map=18/{point.Coordinates[1]}/{point.Coordinates[0]}");
        var address = links.Collection(row.Id);
        var thumbnail = links.CollectionThumbnail(row.Id);

        xml.WriteStartElement("item");
        xml.WriteElementString("title", Clean(title));
        xml.WriteElementString("link", map);
        xml.WriteElementString("description", description);
        xml.WriteElementString("author", Clean(row.AccountName));
        xml.WriteElementString("pubDate", Rfc822(row.Created));
        xml.WriteStartElement("enclosure");
        xml.WriteAttributeString("url", thumbnail);
        xml.WriteAttributeString("length", "");
        xml.WriteAttributeString("type", MediaTypes.Jpeg);
        xml.WriteEndElement();
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", "true");
        xml.WriteString(address);
        xml.WriteEndElement();
        if (point is not null) xml.WriteElementString("point", GeoRss, FormattableString.Invariant($"{point.Coordinates[0]} {point.Coordinates[1]}"));
        string Html(string text) => WebUtility.HtmlEncode(text);
        xml.WriteElementString("encoded", Content,
            $"<p><img src=\"{Html(thumbnail)}\" /><br />{Html(description)}<br /><a href=\"{Html(map)}\">{Html(viewMap.In(language))}</a> - "
            + $"<a href=\"{Html(address)}\">{Html(viewData.In(language))}</a></p>");
        xml.WriteEndElement();
    }

    private async Task<Dictionary<Guid, PointJson>> FirstPoints(IReadOnlyList<CollectionRow> rows, CancellationToken cancel)
    {
        // Only what anyone may see: a feed is read by machines that pass it on.
        await using var command = source.CreateCommand("""
            SELECT i.id, ST_X(first.geom), ST_Y(first.geom)
            FROM unnest(@ids) i(id)
            CROSS JOIN LATERAL (
                SELECT p.geom FROM sequences_pictures sp JOIN pictures p ON p.id = sp.picture_id
                WHERE sp.sequence_id = i.id AND (p.visibility IS NULL OR p.visibility = 'anyone') ORDER BY sp.rank LIMIT 1) first
            """);
        command.Parameters.AddWithValue("ids", rows.Select(row => row.Id).ToArray());
        var points = new Dictionary<Guid, PointJson>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) points[reader.GetGuid(0)] = new PointJson(reader.GetDouble(1), reader.GetDouble(2));
        return points;
    }

    /// <summary>Without the control characters that XML cannot hold.</summary>
    private static string Clean(string text) => string.Concat(text.Where(letter => !char.IsControl(letter) || letter is '\t' or '\n' or '\r'));

    private static string Rfc822(DateTimeOffset time) => time.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture);
}
