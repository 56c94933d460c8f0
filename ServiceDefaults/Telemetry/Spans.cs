namespace Panoramax.ServiceDefaults.Telemetry;

/// <summary>Names of our spans (started on <see cref="Instruments.Activities"/>) and of their attributes.</summary>
public static class Spans
{
    public const string PictureReceive = "picture.receive";
    public const string PictureReadMetadata = "picture.read-metadata";
    public const string PictureStore = "picture.store";
    public const string PicturePrepare = "picture.prepare";
    public const string PictureDecode = "picture.decode";
    public const string PictureBlur = "picture.blur";
    public const string PictureDerivates = "picture.derivates";
    public const string PictureDiscard = "picture.discard";
    public const string PictureDelete = "picture.delete";
    public const string UploadSetDispatch = "upload-set.dispatch";
    public const string DispatchSort = "dispatch.sort";
    public const string DispatchSplit = "dispatch.split";
    public const string DispatchWrite = "dispatch.write";
    public const string SequenceFinalize = "sequence.finalize";
    public const string DatabaseMigrate = "database.migrate";

    /// <summary>Attributes that spans carry.</summary>
    public static class Attributes
    {
        public const string PictureId = "panoramax.picture.id";
        public const string UploadSetId = "panoramax.upload_set.id";
        public const string SequenceId = "panoramax.sequence.id";
        public const string Bytes = "panoramax.picture.bytes";
        public const string Width = "panoramax.picture.width";
        public const string Height = "panoramax.picture.height";
        public const string Type = "panoramax.picture.type";
        public const string Regions = "panoramax.picture.regions";
        public const string Attempt = "panoramax.job.attempt";
        public const string Pictures = "panoramax.pictures";
        public const string Sequences = "panoramax.sequences";
        public const string Duplicates = "panoramax.duplicates";
    }
}
