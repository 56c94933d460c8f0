using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Panoramax.Http.Values;
using Panoramax.Upload.Annotations;
using Panoramax.Upload.ExcludedAreas;
using Panoramax.Upload.Reports;
using Panoramax.Upload.UploadSets;

namespace Panoramax.Upload;

/// <summary>JSON shapes of this service. Unknown values are left out, never null.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(UploadSetJson))]
[JsonSerializable(typeof(UploadSetsJson))]
[JsonSerializable(typeof(FileJson))]
[JsonSerializable(typeof(FilesJson))]
[JsonSerializable(typeof(AnnotationJson))]
[JsonSerializable(typeof(ReportJson))]
[JsonSerializable(typeof(ReportsJson))]
[JsonSerializable(typeof(AreaJson))]
[JsonSerializable(typeof(AreasJson))]
internal sealed partial class UploadJson : JsonSerializerContext
{
    /// <summary>As it is sent: the same rules, and letters of all languages as they are.</summary>
    public static UploadJson Wire { get; } = new(Configure(new JsonSerializerOptions()));

    /// <summary>Options of the answers.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.PropertyNamingPolicy = null;
        options.Converters.Add(new UtcTimeConverter());
        return options;
    }
}
