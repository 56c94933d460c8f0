namespace Panoramax.Metadata.Tags;

/// <summary>
/// Prefixes of XMP namespaces as exiv2 names them: a tag is called by them whatever prefix its file uses.
/// Pix4D's camera namespace is added: upstream knows it only by the prefix that the file happens to use.
/// </summary>
internal static class XmpNamespaces
{
    public const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    public const string Note = "http://ns.adobe.com/xmp/note/";

    private static readonly Dictionary<string, string> Uris = new()
    {
        ["dc"] = "http://purl.org/dc/elements/1.1/",
        ["dcterms"] = "http://purl.org/dc/terms/",
        ["xmp"] = "http://ns.adobe.com/xap/1.0/",
        ["xmpRights"] = "http://ns.adobe.com/xap/1.0/rights/",
        ["xmpMM"] = "http://ns.adobe.com/xap/1.0/mm/",
        ["xmpBJ"] = "http://ns.adobe.com/xap/1.0/bj/",
        ["xmpTPg"] = "http://ns.adobe.com/xap/1.0/t/pg/",
        ["xmpDM"] = "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
        ["xmpNote"] = Note,
        ["MicrosoftPhoto"] = "http://ns.microsoft.com/photo/1.0/",
        ["lr"] = "http://ns.adobe.com/lightroom/1.0/",
        ["pdf"] = "http://ns.adobe.com/pdf/1.3/",
        ["photoshop"] = "http://ns.adobe.com/photoshop/1.0/",
        ["crs"] = "http://ns.adobe.com/camera-raw-settings/1.0/",
        ["tiff"] = "http://ns.adobe.com/tiff/1.0/",
        ["exif"] = "http://ns.adobe.com/exif/1.0/",
        ["exifEX"] = "http://cipa.jp/exif/1.0/",
        ["aux"] = "http://ns.adobe.com/exif/1.0/aux/",
        ["iptc"] = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        ["iptcExt"] = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        ["plus"] = "http://ns.useplus.org/ldf/xmp/1.0/",
        ["mwg-rs"] = "http://www.metadataworkinggroup.com/schemas/regions/",
        ["mwg-kw"] = "http://www.metadataworkinggroup.com/schemas/keywords/",
        ["digiKam"] = "http://www.digikam.org/ns/1.0/",
        ["acdsee"] = "http://ns.acdsee.com/iptc/1.0/",
        ["GPano"] = "http://ns.google.com/photos/1.0/panorama/",
        ["GCamera"] = "http://ns.google.com/photos/1.0/camera/",
        ["GDepth"] = "http://ns.google.com/photos/1.0/depthmap/",
        ["GImage"] = "http://ns.google.com/photos/1.0/image/",
        ["Camera"] = "http://pix4d.com/camera/1.0/",
        ["drone-dji"] = "http://www.dji.com/drone-dji/1.0/",
    };

    private static readonly Dictionary<string, string> Prefixes = Uris.ToDictionary(pair => pair.Value.TrimEnd('/'), pair => pair.Key);

    /// <summary>The known prefix of a namespace, with or without its closing slash; null when unknown.</summary>
    public static string? PrefixOf(string uri) => Prefixes.GetValueOrDefault(uri.TrimEnd('/'));

    /// <summary>The namespace of a known prefix.</summary>
    public static string? UriOf(string prefix) => Uris.GetValueOrDefault(prefix);
}
