using System.Globalization;
using Panoramax.Domain.Pictures;

namespace Panoramax.Metadata;

/// <summary>
/// What is wrong with a picture, said to its sender in German, French, English, Spanish or Hungarian.
/// Keys are those of <see cref="MetadataProblem"/> and <see cref="MetadataWarnings"/>.
/// </summary>
public static class MetadataTexts
{
    public const string NoPosition = "no-position";
    public const string NoDate = "no-date";
    public const string SeveralProblems = "several-problems";
    public const string LatitudeOutOfBounds = "latitude-out-of-bounds";
    public const string LongitudeOutOfBounds = "longitude-out-of-bounds";
    public const string BrokenCoordinates = "broken-coordinates";
    public const string PartialCrop = "partial-crop";

    private static readonly string[] Languages = ["de", "fr", "en", "es", "hu"];

    /// <summary>In the order of <see cref="Languages"/>.</summary>
    private static readonly Dictionary<string, string[]> Texts = new()
    {
        [SeveralProblems] =
        [
            "Das Bild hat mehrere Probleme:",
            "L'image présente plusieurs problèmes :",
            "The picture has several problems:",
            "La imagen tiene varios problemas:",
            "A képpel több probléma is van:",
        ],
        [NoPosition] =
        [
            "Das Bild hat keine oder keine verwendbare GPS-Position",
            "L'image n'a pas de position GPS, ou elle est inutilisable",
            "The picture has no GPS position, or an unusable one",
            "La imagen no tiene posición GPS, o no se puede utilizar",
            "A képnek nincs GPS-pozíciója, vagy az használhatatlan",
        ],
        [NoDate] =
        [
            "Das Bild hat kein gültiges Aufnahmedatum",
            "L'image n'a pas de date de prise de vue valide",
            "The picture has no valid capture date",
            "La imagen no tiene una fecha de captura válida",
            "A képnek nincs érvényes készítési dátuma",
        ],
        [LatitudeOutOfBounds] =
        [
            "Die geografische Breite {0} liegt außerhalb der Grenzen von WGS 84 (-90 bis 90)",
            "La latitude {0} est en dehors des limites du WGS 84 (-90 à 90)",
            "The latitude {0} is outside of the bounds of WGS 84 (-90 to 90)",
            "La latitud {0} está fuera de los límites de WGS 84 (de -90 a 90)",
            "A(z) {0} szélesség kívül esik a WGS 84 határain (-90 és 90 között)",
        ],
        [LongitudeOutOfBounds] =
        [
            "Die geografische Länge {0} liegt außerhalb der Grenzen von WGS 84 (-180 bis 180)",
            "La longitude {0} est en dehors des limites du WGS 84 (-180 à 180)",
            "The longitude {0} is outside of the bounds of WGS 84 (-180 to 180)",
            "La longitud {0} está fuera de los límites de WGS 84 (de -180 a 180)",
            "A(z) {0} hosszúság kívül esik a WGS 84 határain (-180 és 180 között)",
        ],
        [BrokenCoordinates] =
        [
            "Die GPS-Koordinaten des Bildes sind beschädigt",
            "Les coordonnées GPS de l'image sont corrompues",
            "The GPS coordinates of the picture are broken",
            "Las coordenadas GPS de la imagen están dañadas",
            "A kép GPS-koordinátái hibásak",
        ],
        [PartialCrop] =
        [
            "Die Angaben zum Ausschnitt des Panoramas (GPano) sind unvollständig",
            "Les informations de recadrage du panorama (GPano) sont incomplètes",
            "The tags on the cropped area of the panorama (GPano) are incomplete",
            "Los datos de recorte del panorama (GPano) están incompletos",
            "A panoráma kivágásának adatai (GPano) hiányosak",
        ],
        [KeyOf(NotAPictureReason.Empty)] =
        [
            "Die Datei ist leer",
            "Le fichier est vide",
            "The file is empty",
            "El archivo está vacío",
            "A fájl üres",
        ],
        [KeyOf(NotAPictureReason.NotAJpeg)] =
        [
            "Die Datei ist kein JPEG-Bild",
            "Le fichier n'est pas une image JPEG",
            "The file is not a JPEG picture",
            "El archivo no es una imagen JPEG",
            "A fájl nem JPEG-kép",
        ],
        [KeyOf(NotAPictureReason.CutShort)] =
        [
            "Das JPEG-Bild ist abgeschnitten",
            "L'image JPEG est tronquée",
            "The JPEG picture is cut short",
            "La imagen JPEG está truncada",
            "A JPEG-kép csonka",
        ],
        [KeyOf(NotAPictureReason.Damaged)] =
        [
            "Das JPEG-Bild ist beschädigt",
            "L'image JPEG est endommagée",
            "The JPEG picture is damaged",
            "La imagen JPEG está dañada",
            "A JPEG-kép sérült",
        ],
        [KeyOf(NotAPictureReason.Unsupported)] =
        [
            "Diese Art von JPEG wird nicht unterstützt (8 Bit je Farbe, ein, drei oder vier Farbkanäle, Huffman-Kodierung)",
            "Ce type de JPEG n'est pas pris en charge (8 bits par couleur, une, trois ou quatre composantes, codage de Huffman)",
            "This kind of JPEG is not supported (8 bits per colour, one, three or four components, Huffman coding)",
            "Este tipo de JPEG no es compatible (8 bits por color, uno, tres o cuatro componentes, codificación Huffman)",
            "Ez a JPEG-fajta nem támogatott (színenként 8 bit, egy, három vagy négy komponens, Huffman-kódolás)",
        ],
        [KeyOf(NotAPictureReason.NoSize)] =
        [
            "Das Bild hat keine Größe",
            "L'image n'a pas de dimensions",
            "The picture has no size",
            "La imagen no tiene dimensiones",
            "A képnek nincs mérete",
        ],
        [KeyOf(NotAPictureReason.TooLarge)] =
        [
            "Das Bild hat zu viele Pixel",
            "L'image a trop de pixels",
            "The picture has too many pixels",
            "La imagen tiene demasiados píxeles",
            "A képnek túl sok képpontja van",
        ],
        [KeyOf(NotAPictureReason.TooManyScans)] =
        [
            "Das progressive Bild hat zu viele Durchgänge",
            "L'image progressive a trop de passes",
            "The progressive picture has too many scans",
            "La imagen progresiva tiene demasiados barridos",
            "A progresszív képnek túl sok menete van",
        ],
        [MetadataWarnings.AssumedNorth] =
        [
            "Angabe Nord/Süd fehlt oder ist unbekannt, Nord wird angenommen",
            "Référence nord/sud absente ou inconnue, nord supposé",
            "North/south reference missing or unknown, north is assumed",
            "Falta la referencia norte/sur o es desconocida, se supone norte",
            "Az észak/dél jelölés hiányzik vagy ismeretlen, észak feltételezve",
        ],
        [MetadataWarnings.AssumedEast] =
        [
            "Angabe Ost/West fehlt oder ist unbekannt, Ost wird angenommen",
            "Référence est/ouest absente ou inconnue, est supposé",
            "East/west reference missing or unknown, east is assumed",
            "Falta la referencia este/oeste o es desconocida, se supone este",
            "A kelet/nyugat jelölés hiányzik vagy ismeretlen, kelet feltételezve",
        ],
        [MetadataWarnings.GpsDateSkipped] =
        [
            "GPS-Datum nicht lesbar, übersprungen",
            "Date GPS illisible, ignorée",
            "GPS date is not readable, skipped",
            "Fecha GPS ilegible, omitida",
            "A GPS-dátum olvashatatlan, kihagyva",
        ],
        [MetadataWarnings.GpsTimeUnsupported] =
        [
            "GPS-Uhrzeit nicht lesbar, übersprungen",
            "Heure GPS illisible, ignorée",
            "GPS time is not readable, skipped",
            "Hora GPS ilegible, omitida",
            "A GPS-idő olvashatatlan, kihagyva",
        ],
        [MetadataWarnings.MapillaryDateSkipped] =
        [
            "Mapillary-Datum nicht lesbar, übersprungen",
            "Date Mapillary illisible, ignorée",
            "Mapillary date is not readable, skipped",
            "Fecha de Mapillary ilegible, omitida",
            "A Mapillary-dátum olvashatatlan, kihagyva",
        ],
        [MetadataWarnings.OriginalDateSkipped] =
        [
            "Aufnahmedatum der Kamera nicht lesbar, übersprungen",
            "Date de prise de vue illisible, ignorée",
            "Original date is not readable, skipped",
            "Fecha original ilegible, omitida",
            "Az eredeti dátum olvashatatlan, kihagyva",
        ],
        [MetadataWarnings.SubsecondMismatch] =
        [
            "Zwei verschiedene Sekundenbruchteile, der größere gilt",
            "Deux fractions de seconde différentes, la plus grande est retenue",
            "Two different fractions of the second, the larger one is kept",
            "Dos fracciones de segundo distintas, se conserva la mayor",
            "Két eltérő másodperctört, a nagyobb érvényes",
        ],
        [MetadataWarnings.UtcFallbackNoPosition] =
        [
            "Ohne Position ist die Zeitzone unbekannt, UTC wird angenommen",
            "Sans position, le fuseau horaire est inconnu, UTC supposé",
            "Without a position the time zone is unknown, UTC is assumed",
            "Sin posición se desconoce la zona horaria, se supone UTC",
            "Pozíció nélkül az időzóna ismeretlen, UTC feltételezve",
        ],
        [MetadataWarnings.NoHeading] =
        [
            "Keine Blickrichtung gefunden",
            "Aucune direction de prise de vue trouvée",
            "No heading found",
            "No se encontró la dirección de la vista",
            "Nem található nézési irány",
        ],
        [MetadataWarnings.NoMakeModel] =
        [
            "Weder Hersteller noch Modell der Kamera gefunden",
            "Ni marque ni modèle de l'appareil trouvés",
            "Neither make nor model of the camera found",
            "No se encontró la marca ni el modelo de la cámara",
            "A kamera gyártója és modellje nem található",
        ],
        [MetadataWarnings.NoFocal] =
        [
            "Keine Brennweite gefunden",
            "Aucune longueur focale trouvée",
            "No focal length found",
            "No se encontró la distancia focal",
            "Nem található fókusztávolság",
        ],
        [MetadataWarnings.AccuracyEstimated] =
        [
            "GPS-Genauigkeit nicht angegeben, geschätzt",
            "Précision GPS absente, estimée",
            "GPS accuracy not given, estimated",
            "Precisión GPS no indicada, estimada",
            "A GPS pontossága nincs megadva, becsült érték",
        ],
        [MetadataWarnings.AccuracyUnknown] =
        [
            "GPS-Genauigkeit unbekannt",
            "Précision GPS inconnue",
            "GPS accuracy unknown",
            "Precisión GPS desconocida",
            "A GPS pontossága ismeretlen",
        ],
    };

    /// <summary>All keys that have texts.</summary>
    public static IReadOnlyCollection<string> Keys => Texts.Keys;

    /// <summary>Text of one key.</summary>
    /// <param name="language">ISO 639-1 code, also with a region (<c>fr-FR</c>); English when there is no translation.</param>
    public static string Of(string key, string language, params IReadOnlyList<object> arguments)
    {
        var code = language.Split('-', '_')[0].ToLowerInvariant();
        var index = Array.IndexOf(Languages, code);
        var text = Texts[key][index < 0 ? Array.IndexOf(Languages, "en") : index];
        return arguments.Count == 0 ? text : string.Format(CultureInfo.InvariantCulture, text, [.. arguments]);
    }

    internal static string KeyOf(NotAPictureReason reason) => $"file-{reason.ToString().ToLowerInvariant()}";

    /// <summary>One line for one problem; a heading and indented lines for several.</summary>
    internal static string Of(IReadOnlyList<MetadataProblem> problems, string language) => problems.Count == 1
        ? Of(problems[0].Key, language, problems[0].Arguments)
        : string.Concat([Of(SeveralProblems, language), .. problems.Select(problem => $"\n\t- {Of(problem.Key, language, problem.Arguments)}")]);
}
