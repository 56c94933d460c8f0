namespace Panoramax.ServiceDefaults.Settings;

/// <summary>
/// Every setting of an instance, once: checked at the start of each process, written into <c>deploy/README.md</c>, and held
/// against the options classes and the manifests by tests. (A table of its own, and longer than other files, because the
/// libraries' options classes know nothing of each other, of hosts or of names that the Python server used.)
/// </summary>
public static class SettingsTable
{
    private const string Gateway = "gateway", Stac = "stac", Auth = "auth", Upload = "upload",
        PictureWorker = "picture-worker", DispatchWorker = "dispatch-worker", Admin = "admin";

    private static readonly string[] http = [Stac, Auth, Upload];
    private static readonly string[] withDatabase = [Stac, Auth, Upload, PictureWorker, DispatchWorker, Admin];
    private static readonly string[] withBus = [Upload, PictureWorker, DispatchWorker];
    private static readonly string[] withStore = [Stac, Upload, PictureWorker, Admin];
    private static readonly string[] workers = [PictureWorker, DispatchWorker];

    /// <summary>In the order in which an operator meets them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("ConnectionStrings:panoramax", SettingForm.Connection, null, "The database, under the process's own role", withDatabase)
            { IsSecret = true, RequiredBy = [.. http, .. workers], OldNames = ["DB_URL", "DB_HOST", "DB_PORT", "DB_NAME", "DB_USERNAME", "DB_PASSWORD"] },
        new("ConnectionStrings:panoramax-read", SettingForm.Connection, "(the same database)", "A read replica, for reading alone", Stac, Admin) { IsSecret = true },
        new("ConnectionStrings:rabbitmq", SettingForm.Broker, null, "The message broker", [.. withBus, Admin]) { IsSecret = true, RequiredBy = withBus },
        new("Secrets:Folder", SettingForm.Text, "/run/secrets", "Folder of mounted secrets: a file is a setting, named as its environment variable",
            [Gateway, .. withDatabase]),

        new("Storage:Kind", SettingForm.Choice, "S3", "Where pictures lie: buckets of an S3 server, or folders that all processes see", withStore)
            { Words = ["S3", "Folder"], OldNames = ["FS_URL", "FS_TMP_URL", "FS_PERMANENT_URL", "FS_DERIVATES_URL"] },
        new("Storage:Folder", SettingForm.Text, null, "Folder: the folder of the three", withStore),
        new("Storage:S3:Endpoint", SettingForm.Address, null, "S3: address of the server, without a path", withStore) { OldNames = ["FS_TMP_URL", "FS_PERMANENT_URL", "FS_DERIVATES_URL"] },
        new("Storage:S3:AccessKey", SettingForm.Text, null, "S3: key of this process", withStore) { IsSecret = true, OldNames = ["FS_TMP_URL", "FS_PERMANENT_URL", "FS_DERIVATES_URL"] },
        new("Storage:S3:SecretKey", SettingForm.Text, null, "S3: secret of that key", withStore) { IsSecret = true, OldNames = ["FS_TMP_URL", "FS_PERMANENT_URL", "FS_DERIVATES_URL"] },
        new("Storage:S3:Region", SettingForm.Text, "us-east-1", "S3: region that requests are signed for", withStore) { OldNames = ["FS_TMP_URL", "FS_PERMANENT_URL", "FS_DERIVATES_URL"] },
        new("Storage:Incoming", SettingForm.Text, "incoming", "Bucket or folder of everything received, until it is prepared; private", Upload, PictureWorker, Admin)
            { OldNames = ["FS_TMP_URL", "FS_URL"] },
        new("Storage:Permanent", SettingForm.Text, "permanent", "Bucket or folder of published pictures", Stac, PictureWorker, Admin) { OldNames = ["FS_PERMANENT_URL", "FS_URL"] },
        new("Storage:Derivates", SettingForm.Text, "derivates", "Bucket or folder of thumbnails, small pictures and tiles", Stac, PictureWorker, Admin)
            { OldNames = ["FS_DERIVATES_URL", "FS_URL"] },
        new("Storage:PublicPermanentUrl", SettingForm.Address, null, "Address below which everybody may read the published pictures", Stac, Upload, Gateway)
            { OldNames = ["API_PERMANENT_PICTURES_PUBLIC_URL"] },
        new("Storage:PublicDerivatesUrl", SettingForm.Address, null, "The same for thumbnails, small pictures and tiles", Stac, Upload, Gateway)
            { OldNames = ["API_DERIVATES_PICTURES_PUBLIC_URL"] },

        new("Upload:RequireLogin", SettingForm.Switch, "false", "Nobody uploads without an account", http) { OldNames = ["API_FORCE_AUTH_ON_UPLOAD"] },
        Whole("Upload:MaxFileBytes", "104857600", "1", "100000000000", "Bytes of the largest file", Upload, Gateway),
        Whole("Upload:ConcurrentFiles", "8", "1", "10000", "Files being received at once", Upload),
        Whole("Upload:WaitingFiles", "64", "0", "100000", "Files waiting for their turn; beyond: 503 with Retry-After", Upload),
        Time("Upload:LongestReception", "00:30:00", "00:00:01", "1.00:00:00", "Longest time that one file may take to arrive, however steadily it comes", Upload),
        new("Upload:TempFolder", SettingForm.Text, "(the system's temporary folder)", "Files being received; its mount is the only one that must be writable", Upload),
        new("Upload:AcceptDuplicates", SettingForm.Switch, "false", "The same bytes may be a picture of several upload sets", Upload) { OldNames = ["API_ACCEPT_DUPLICATE"] },

        new("Blur:Kind", SettingForm.Choice, "Detect", "Who hides faces and plates: detectors of our own, a service, or nobody", PictureWorker, Stac, Admin)
            { Words = ["Detect", "Remote", "None"], OldNames = ["API_BLUR_URL"] },
        new("Blur:Models", SettingForm.Text, "(models beside the program)", "Detect: folder of the detectors' models", PictureWorker, Admin),
        new("Blur:Detection", SettingForm.Group, "(measured)", "Detect: how thoroughly is searched, and models of your own (services/Libraries/Imaging/Detection/DetectionOptions.cs)", PictureWorker),
        new("Blur:Url", SettingForm.Address, null, "Remote: address of the service", PictureWorker, Admin) { OldNames = ["API_BLUR_URL"] },
        Time("Blur:Timeout", "00:01:00", "00:00:00.001", "00:25:00", "Remote: longest wait for one picture", PictureWorker),
        new("Blur:KeepUnblurredParts", SettingForm.Switch, "false", "Remote: ask the service to keep what it blurs", PictureWorker) { OldNames = ["PICTURE_PROCESS_KEEP_UNBLURRED_PARTS"] },

        Whole("Imaging:MaxPixels", "150000000", "1", "1000000000", "Pixels of the largest picture", Upload, PictureWorker),
        Whole("Imaging:MaxProgressivePixels", "120000000", "1", "1000000000", "Pixels of the largest progressive JPEG, which takes more memory", Upload, PictureWorker),
        Whole("Imaging:Deadline", "120", "1", "1500", "Seconds for one picture; more is a failed try", PictureWorker),

        Whole("Jobs:Concurrency", "0", "0", "256", "Jobs side by side in a process; 0: as many as there are cores and memory for", workers) with { OldNames = ["PICTURE_PROCESS_THREADS_LIMIT"] },
        Whole("Jobs:RetryLimit", "5", "0", "100", "Tries after the first one, then a picture is broken", withBus) with { OldNames = ["PICTURE_PROCESS_NB_RETRIES"] },
        Time("Jobs:RetryDelay", "00:00:30", "00:00:00.001", "01:00:00", "First pause between tries, doubled each time up to an hour; the pause after an outage", withBus),
        Time("Jobs:SweepInterval", "00:00:30", "00:00:00.010", "01:00:00", "Rhythm of the caretaker; age at which it announces a job that nobody was told of", withBus),
        Time("Jobs:ReannounceAfter", "00:10:00", "00:00:00.010", "1.00:00:00", "Age of an announcement at which a job is announced again", withBus),
        Whole("Jobs:QueueTarget", "1000", "1", "1000000", "Messages that the caretaker lets wait in a queue", withBus),
        Time("Jobs:KeepHistory", "90.00:00:00", "00:00:00", "36500.00:00:00", "How long ended tries are kept; each subject's last one stays", withBus),
        Time("Jobs:StopTimeout", "00:00:03", "00:00:00", "00:00:03", "How long work may still take after SIGTERM; the process is gone two seconds later", [Gateway, .. withDatabase]),
        new("Jobs:QuorumQueues", SettingForm.Switch, "false", "Quorum queues instead of classic ones, for a cluster of brokers", withBus),

        new("Map:GridRefreshCron", SettingForm.Text, "0 2 * * *", "Five cron fields, UTC: when the counts of low zooms are made anew", DispatchWorker)
            { OldNames = ["PICTURE_PROCESS_REFRESH_CRON"] },

        new("Auth:Provider", SettingForm.Choice, null, "Who people log in with; unset: nobody logs in", http) { Words = ["oidc", "osm"], OldNames = ["OAUTH_PROVIDER"] },
        new("Auth:Authority", SettingForm.Text, null, "oidc: address of the identity provider (realm included)", Auth, Stac, Admin) { OldNames = ["OAUTH_OIDC_URL"] },
        new("Auth:ClientId", SettingForm.Text, null, "This instance's name at the identity provider", Auth) { OldNames = ["OAUTH_CLIENT_ID"] },
        new("Auth:ClientSecret", SettingForm.Text, null, "The secret that goes with it", Auth) { IsSecret = true, OldNames = ["OAUTH_CLIENT_SECRET"] },
        new("Auth:SigningKey", SettingForm.Text, null, "Signs tokens; at least 32 bytes. Changing it ends every token", [.. http, Admin]) { IsSecret = true, OldNames = ["FLASK_SECRET_KEY"] },
        Time("Auth:CookieLifetime", "7.00:00:00", "00:00:01", "3650.00:00:00", "How long a login lasts", http) with { OldNames = ["FLASK_PERMANENT_SESSION_LIFETIME"] },
        new("Auth:CookieDomain", SettingForm.Text, "(the host alone)", "Domain of the cookies", http) { OldNames = ["FLASK_SESSION_COOKIE_DOMAIN"] },
        Time("Auth:ProviderTimeout", "00:00:10", "00:00:00.1", "00:01:00", "How long the identity provider may take for one answer", Auth),
        new("Auth:OsmWebsite", SettingForm.Address, "https://www.openstreetmap.org", "osm: the website of OpenStreetMap", Auth),
        new("Auth:OsmApi", SettingForm.Address, "https://api.openstreetmap.org", "osm: its API", Auth),
        Whole("Auth:SignInsPerMinute", "60", "1", "100000", "Logins that one address may begin or finish in a minute", Auth),
        Whole("Auth:TokensPerMinute", "60", "1", "100000", "Unclaimed tokens that one address may make in a minute", Auth),
        new("Auth:AppCallbacks", SettingForm.List, "(gomaposm://panoramax/callback)", "Addresses of apps that a login may lead back to", Auth),
        new("Auth:RequireTerms", SettingForm.Switch, "false", "Nobody uploads before accepting the terms of service", http) { OldNames = ["API_ENFORCE_TOS_ACCEPTANCE"] },
        new("Auth:RegistrationIsOpen", SettingForm.Switch, "false", "Anybody may register at the provider, so the visibility logged-only is refused", http)
            { OldNames = ["API_REGISTRATION_IS_OPEN"] },

        new("Instance:Name", SettingForm.TextByLanguage, "Panoramax", "Name of the instance", Stac) { OldNames = ["API_SUMMARY"] },
        new("Instance:Description", SettingForm.TextByLanguage, "Street-level pictures that everybody may use and add to", "What it is", Stac) { OldNames = ["API_SUMMARY"] },
        new("Instance:GeoCoverage", SettingForm.TextByLanguage, "The whole world", "What part of the world it is for", Stac) { OldNames = ["API_SUMMARY"] },
        new("Instance:Logo", SettingForm.Address, "(the gateway's)", "Address of its logo", Stac) { OldNames = ["API_SUMMARY"] },
        new("Instance:Color", SettingForm.Text, "#5e499c", "CSS colour", Stac) { OldNames = ["API_SUMMARY"] },
        new("Instance:Email", SettingForm.Text, "panoramax@panoramax.fr", "Where people write to", Stac) { OldNames = ["API_SUMMARY"] },
        new("Instance:License:SpdxId", SettingForm.Text, null, "Licence of all pictures; together with its address", Stac, Upload) { OldNames = ["API_PICTURES_LICENSE_SPDX_ID"] },
        new("Instance:License:Url", SettingForm.Address, null, "Address of the licence's text", Stac, Upload) { OldNames = ["API_PICTURES_LICENSE_URL"] },
        new("Instance:DefaultVisibility", SettingForm.Choice, "(anyone)", "Of new pictures; copied once into the database by migrate", Stac, Admin)
            { Words = ["anyone", "logged-only", "owner-only"], OldNames = ["API_DEFAULT_PICTURE_VISIBILITY"] },
        new("Instance:CollaborativeMetadata", SettingForm.Switch, null, "Everybody may edit tags; copied once into the database by migrate", Stac, Admin)
            { OldNames = ["API_DEFAULT_COLLABORATIVE_METADATA_EDITING"] },
        new("Instance:Website", SettingForm.Text, "(same-host)", "Address of the website, same-host, or false: there is none", http) { OldNames = ["API_WEBSITE_URL"] },

        new("Gateway:MainPage", SettingForm.Address, "(our own page)", "Where / leads to", Gateway, Stac) { OldNames = ["API_MAIN_PAGE"] },
        new("Gateway:ViewerPage", SettingForm.Address, "(our own page)", "Where /viewer leads to", Gateway, Stac) { OldNames = ["API_VIEWER_PAGE"] },
        Whole("Gateway:TrustedProxies", "0", "0", "10", "Proxies in front whose X-Forwarded-* headers are believed; 0: such headers are dropped", Gateway)
            with { OldNames = ["INFRA_NB_PROXIES"] },
        Whole("Gateway:PreparesPerMinute", "30", "1", "100000", "Pictures or sequences that an address may ask to be prepared again in a minute without a token", Gateway),
        Time("Gateway:ServiceTimeout", "00:03:00", "00:00:01", "01:00:00", "Longest silence between gateway and service, then 504", Gateway),
        new("Gateway:MapStyle", SettingForm.Address, "(our own)", "MapLibre style of the map's background", Gateway),
        new("Gateway:MapOrigins", SettingForm.List, null, "Origins that the pages may load from besides the gateway", Gateway),
    ];

    /// <summary>The setting of a key, also of one below a list or a text by language; null: there is none.</summary>
    public static Setting? Of(string key) => All.FirstOrDefault(setting =>
        string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase)
        || (setting.Form is SettingForm.List or SettingForm.TextByLanguage or SettingForm.Group && key.StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase)));

    private static Setting Whole(string key, string otherwise, string least, string most, string meaning, params string[] readBy) =>
        new(key, SettingForm.Whole, otherwise, meaning, readBy) { Range = (least, most) };

    private static Setting Time(string key, string otherwise, string least, string most, string meaning, params string[] readBy) =>
        new(key, SettingForm.Duration, otherwise, meaning, readBy) { Range = (least, most) };
}
