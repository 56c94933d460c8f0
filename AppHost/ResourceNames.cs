namespace Panoramax;

/// <summary>
/// Names of what runs: on the dashboard, in service discovery (<c>http://stac</c>), in traces and as connection strings.
/// Constants only; projects that need one link this file.
/// </summary>
internal static class ResourceNames
{
    public const string Gateway = "gateway";
    public const string Stac = "stac";
    public const string Auth = "auth";
    public const string Upload = "upload";
    public const string PictureWorker = "picture-worker";
    public const string DispatchWorker = "dispatch-worker";
    public const string Migrate = "migrate";
    public const string Login = "login";

    /// <summary>The console beside a running instance.</summary>
    public const string Admin = "admin";

    public const string Postgres = "postgres";
    public const string RabbitMq = "rabbitmq";
    public const string S3 = "s3";

    /// <summary>Name of the database, and of its connection string in every process.</summary>
    public const string Database = "panoramax";
}
