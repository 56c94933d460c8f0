using Microsoft.Extensions.Options;
using Panoramax.Http;
using Panoramax.Http.Callers;
using Panoramax.Stac.Catalog;

namespace Panoramax.Stac.Map;

/// <summary>How the map is drawn. The viewer finds layers by their ids and rewrites expressions on <c>coef</c>: both are fixed.</summary>
internal static class GetStyle
{
    private static readonly string[] sequenceFields = ["id", "account_id", "model", "type", "date", "gps_accuracy", "h_pixel_density"];

    private static readonly string[] pictureFields =
        ["id", "account_id", "ts", "heading", "sequences", "type", "model", "gps_accuracy", "h_pixel_density"];

    private static readonly string[] gridFields =
        ["id", "nb_pictures", "nb_360_pictures", "nb_flat_pictures", "coef", "coef_360_pictures", "coef_flat_pictures"];

    private static readonly string[] loggedGridFields = ["logged_coef", "logged_coef_360_pictures", "logged_coef_flat_pictures"];

    public static IResult Everything(HttpRequest request, IOptions<InstanceOptions> instance, IOptions<AuthOptions> auth, Links links) =>
        Style(request, instance.Value, "geovisio", links.Api() + "/map/{z}/{x}/{y}.mvt",
            auth.Value.RegistrationIsOpen ? gridFields : [.. gridFields, .. loggedGridFields]);

    public static IResult OfUser(Guid userId, HttpRequest request, IOptions<InstanceOptions> instance, Links links) =>
        Style(request, instance.Value, $"geovisio_{userId}", links.User(userId) + "/map/{z}/{x}/{y}.mvt", null);

    public static IResult OfCaller(HttpRequest request, IOptions<InstanceOptions> instance, Links links) =>
        Style(request, instance.Value, "geovisio_me", links.Api() + "/users/me/map/{z}/{x}/{y}.mvt", null);

    private static TaggedAnswer Style(HttpRequest request, InstanceOptions instance, string source, string tiles, string[]? grid) =>
        TaggedAnswer.Json(
            new StyleJson
            {
                Name = LabelJson.Of(instance.Name, Language.Of(request)).Label,
                Metadata = new StyleMetadataJson(new LayerFieldsJson(sequenceFields, pictureFields, grid)),
                Sources = new Dictionary<string, VectorSourceJson> { [source] = new([tiles]) },
                Layers = grid is null ? [Sequences(source, "1"), Pictures(source)] : [Sequences(source, FadeIn), Pictures(source), Grid(source)],
            },
            StacJson.Wire.StyleJson, MediaTypes.Json);

    /// <summary>Where squares are drawn, the lines come in when those go out.</summary>
    private const string FadeIn = """["interpolate",["linear"],["zoom"],6.25,0,7,1]""";

    private static StyleLayerJson Sequences(string source, string opacity) => new()
    {
        Id = source + "_sequences",
        Type = "line",
        Source = source,
        SourceLayer = "sequences",
        Layout = new RawJson("""{"line-cap":"square"}"""),
        Paint = new RawJson($$"""
            {"line-color":"#FF6F00","line-width":["interpolate",["linear"],["zoom"],0,0.5,10,2,14,4,16,5,22,3],"line-opacity":{{opacity}}}
            """),
    };

    private static StyleLayerJson Pictures(string source) => new()
    {
        Id = source + "_pictures",
        Type = "circle",
        Source = source,
        SourceLayer = "pictures",
        Paint = new RawJson("""
            {"circle-color":"#FF6F00","circle-radius":["interpolate",["linear"],["zoom"],15,4.5,17,8,22,12],"circle-opacity":["interpolate",["linear"],["zoom"],15,0,16,1],"circle-stroke-color":"#ffffff","circle-stroke-width":["interpolate",["linear"],["zoom"],17,0,20,2]}
            """),
    };

    private static StyleLayerJson Grid(string source) => new()
    {
        Id = source + "_grid",
        Type = "circle",
        Source = source,
        SourceLayer = "grid",
        Layout = new RawJson("""{"circle-sort-key":["get","coef"]}"""),
        Paint = new RawJson($$"""
            {"circle-radius":["interpolate",["linear"],["zoom"],1,{{IfAny("1")}},4,{{IfAny("6")}},5,{{IfAny("2.5")}},6,{{IfAny("4")}},7,{{IfAny("7")}}],"circle-color":["interpolate",["linear"],["get","coef"],0,"#FFA726",0.5,"#E65100",1,"#3E2723"],"circle-opacity":["interpolate",["linear"],["zoom"],4,0.5,5,1,6.75,1,7,0]}
            """),
    };

    /// <summary>Squares without a picture of the chosen kind vanish.</summary>
    private static string IfAny(string radius) => $$"""["match",["get","coef"],0,0,{{radius}}]""";
}
