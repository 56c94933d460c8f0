namespace Panoramax.Metadata.Tags;

/// <summary>How a tag's value is kept and shown.</summary>
internal enum ExifKind
{
    Ascii,
    Byte,
    Short,
    Long,
    Rational,
    SignedShort,
    SignedRational,
    Undefined,

    /// <summary>Eight bytes that name an encoding, then text.</summary>
    Comment,

    /// <summary>Text as UTF-16LE bytes (Windows' <c>XP…</c> tags).</summary>
    Utf16,
}

/// <summary>A tag that exiv2 has a name for.</summary>
internal sealed record ExifTag(ExifGroup Group, ushort Id, string Name, ExifKind Kind)
{
    public string Key { get; } = $"Exif.{Group}.{Name}";
}

/// <summary>
/// Names, numbers and kinds of EXIF tags as exiv2 0.27 gives them (compared with that program), because the API shows and
/// takes tags under these names. Each entry: number, letter of the kind, name. Tags without a name are not shown by the API.
/// </summary>
internal static class ExifTags
{
    private static readonly Dictionary<(ExifGroup Group, ushort Id), ExifTag> ById = Load();

    private static readonly Dictionary<string, ExifTag> ByKey = ById.Values.ToDictionary(tag => tag.Key);

    public static ExifTag? Find(ExifGroup group, ushort id) => ById.GetValueOrDefault((group, id));

    /// <summary>By a path as <c>Exif.Image.Artist</c>.</summary>
    public static ExifTag? Find(string key) => ByKey.GetValueOrDefault(key);

    private static Dictionary<(ExifGroup Group, ushort Id), ExifTag> Load()
    {
        var tags = new Dictionary<(ExifGroup Group, ushort Id), ExifTag>();
        Add(ExifGroup.Image, Image);
        Add(ExifGroup.Thumbnail, Image);
        Add(ExifGroup.Photo, Photo);
        Add(ExifGroup.GPSInfo, Gps);
        Add(ExifGroup.Iop, Iop);
        return tags;

        void Add(ExifGroup group, string list)
        {
            foreach (var entry in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var id = Convert.ToUInt16(entry[..4], 16);
                tags[(group, id)] = new ExifTag(group, id, entry[6..], KindOf(entry[4]));
            }
        }
    }

    private static ExifKind KindOf(char letter) => letter switch
    {
        'A' => ExifKind.Ascii,
        'B' => ExifKind.Byte,
        'S' => ExifKind.Short,
        'L' => ExifKind.Long,
        'R' => ExifKind.Rational,
        's' => ExifKind.SignedShort,
        'r' => ExifKind.SignedRational,
        'C' => ExifKind.Comment,
        'X' => ExifKind.Utf16,
        _ => ExifKind.Undefined,
    };

    private const string Image = """
        000bA ProcessingSoftware, 00feL NewSubfileType, 00ffS SubfileType, 0100L ImageWidth, 0101L ImageLength, 0102S BitsPerSample,
        0103S Compression, 0106S PhotometricInterpretation, 0107S Thresholding, 0108S CellWidth, 0109S CellLength, 010aS FillOrder,
        010dA DocumentName, 010eA ImageDescription, 010fA Make, 0110A Model, 0111L StripOffsets, 0112S Orientation, 0115S SamplesPerPixel,
        0116L RowsPerStrip, 0117L StripByteCounts, 011aR XResolution, 011bR YResolution, 011cS PlanarConfiguration, 011dA PageName,
        011eR XPosition, 011fR YPosition, 0122S GrayResponseUnit, 0123S GrayResponseCurve, 0124L T4Options, 0125L T6Options,
        0128S ResolutionUnit, 0129S PageNumber, 012dS TransferFunction, 0131A Software, 0132A DateTime, 013bA Artist, 013cA HostComputer,
        013dS Predictor, 013eR WhitePoint, 013fR PrimaryChromaticities, 0140S ColorMap, 0141S HalftoneHints, 0142L TileWidth, 0143L TileLength,
        0144L TileOffsets, 0145L TileByteCounts, 014aL SubIFDs, 014cS InkSet, 014dA InkNames, 014eS NumberOfInks, 0150B DotRange,
        0151A TargetPrinter, 0152S ExtraSamples, 0153S SampleFormat, 0154S SMinSampleValue, 0155S SMaxSampleValue, 0156S TransferRange,
        0157B ClipPath, 015aS Indexed, 015bU JPEGTables, 015fS OPIProxy, 0200L JPEGProc, 0201L JPEGInterchangeFormat,
        0202L JPEGInterchangeFormatLength, 0203S JPEGRestartInterval, 0205S JPEGLosslessPredictors, 0206S JPEGPointTransforms,
        0207L JPEGQTables, 0208L JPEGDCTables, 0209L JPEGACTables, 0211R YCbCrCoefficients, 0212S YCbCrSubSampling, 0213S YCbCrPositioning,
        0214R ReferenceBlackWhite, 02bcB XMLPacket, 4746S Rating, 4749S RatingPercent, 7032s VignettingCorrParams,
        7035s ChromaticAberrationCorrParams, 7037s DistortionCorrParams, 800dA ImageID, 828dS CFARepeatPatternDim, 828eB CFAPattern,
        828fR BatteryLevel, 8298A Copyright, 829aR ExposureTime, 829dR FNumber, 83bbL IPTCNAA, 8649B ImageResources, 8769L ExifTag,
        8773U InterColorProfile, 8822S ExposureProgram, 8824A SpectralSensitivity, 8825L GPSTag, 8827S ISOSpeedRatings, 8828U OECF,
        8829S Interlace, 882as TimeZoneOffset, 882bS SelfTimerMode, 9003A DateTimeOriginal, 9102R CompressedBitsPerPixel,
        9201r ShutterSpeedValue, 9202R ApertureValue, 9203r BrightnessValue, 9204r ExposureBiasValue, 9205R MaxApertureValue,
        9206r SubjectDistance, 9207S MeteringMode, 9208S LightSource, 9209S Flash, 920aR FocalLength, 920bR FlashEnergy,
        920cU SpatialFrequencyResponse, 920dU Noise, 920eR FocalPlaneXResolution, 920fR FocalPlaneYResolution, 9210S FocalPlaneResolutionUnit,
        9211L ImageNumber, 9212A SecurityClassification, 9213A ImageHistory, 9214S SubjectLocation, 9215R ExposureIndex, 9216B TIFFEPStandardID,
        9217S SensingMethod, 9c9bX XPTitle, 9c9cX XPComment, 9c9dX XPAuthor, 9c9eX XPKeywords, 9c9fX XPSubject, c4a5U PrintImageMatching,
        c612B DNGVersion, c613B DNGBackwardVersion, c614A UniqueCameraModel, c615B LocalizedCameraModel, c61aR BlackLevel, c61dL WhiteLevel,
        c621r ColorMatrix1, c622r ColorMatrix2, c627R AnalogBalance, c628S AsShotNeutral, c62ar BaselineExposure, c62bR BaselineNoise,
        c62cR BaselineSharpness, c62fA CameraSerialNumber, c630R LensInfo, c634B DNGPrivateData, c65aS CalibrationIlluminant1,
        c65bS CalibrationIlluminant2, c65dB RawDataUniqueID, c68bB OriginalRawFileName, c6feB ProfileCopyright, c71bA PreviewDateTime
        """;

    private const string Photo = """
        829aR ExposureTime, 829dR FNumber, 8822S ExposureProgram, 8824A SpectralSensitivity, 8827S ISOSpeedRatings, 8828U OECF,
        8830S SensitivityType, 8831L StandardOutputSensitivity, 8832L RecommendedExposureIndex, 8833L ISOSpeed, 8834L ISOSpeedLatitudeyyy,
        8835L ISOSpeedLatitudezzz, 9000U ExifVersion, 9003A DateTimeOriginal, 9004A DateTimeDigitized, 9010A OffsetTime,
        9011A OffsetTimeOriginal, 9012A OffsetTimeDigitized, 9101U ComponentsConfiguration, 9102R CompressedBitsPerPixel,
        9201r ShutterSpeedValue, 9202R ApertureValue, 9203r BrightnessValue, 9204r ExposureBiasValue, 9205R MaxApertureValue,
        9206R SubjectDistance, 9207S MeteringMode, 9208S LightSource, 9209S Flash, 920aR FocalLength, 9214S SubjectArea, 927cU MakerNote,
        9286C UserComment, 9290A SubSecTime, 9291A SubSecTimeOriginal, 9292A SubSecTimeDigitized, 9400r Temperature, 9401R Humidity,
        9402R Pressure, 9403r WaterDepth, 9404R Acceleration, 9405r CameraElevationAngle, a000U FlashpixVersion, a001S ColorSpace,
        a002L PixelXDimension, a003L PixelYDimension, a004A RelatedSoundFile, a005L InteroperabilityTag, a20bR FlashEnergy,
        a20cU SpatialFrequencyResponse, a20eR FocalPlaneXResolution, a20fR FocalPlaneYResolution, a210S FocalPlaneResolutionUnit,
        a214S SubjectLocation, a215R ExposureIndex, a217S SensingMethod, a300U FileSource, a301U SceneType, a302U CFAPattern,
        a401S CustomRendered, a402S ExposureMode, a403S WhiteBalance, a404R DigitalZoomRatio, a405S FocalLengthIn35mmFilm,
        a406S SceneCaptureType, a407S GainControl, a408S Contrast, a409S Saturation, a40aS Sharpness, a40bU DeviceSettingDescription,
        a40cS SubjectDistanceRange, a420A ImageUniqueID, a430A CameraOwnerName, a431A BodySerialNumber, a432R LensSpecification, a433A LensMake,
        a434A LensModel, a435A LensSerialNumber, a460S CompositeImage, a461S SourceImageNumberOfCompositeImage,
        a462U SourceExposureTimesOfCompositeImage, a500R Gamma
        """;

    private const string Gps = """
        0000B GPSVersionID, 0001A GPSLatitudeRef, 0002R GPSLatitude, 0003A GPSLongitudeRef, 0004R GPSLongitude, 0005B GPSAltitudeRef,
        0006R GPSAltitude, 0007R GPSTimeStamp, 0008A GPSSatellites, 0009A GPSStatus, 000aA GPSMeasureMode, 000bR GPSDOP, 000cA GPSSpeedRef,
        000dR GPSSpeed, 000eA GPSTrackRef, 000fR GPSTrack, 0010A GPSImgDirectionRef, 0011R GPSImgDirection, 0012A GPSMapDatum,
        0013A GPSDestLatitudeRef, 0014R GPSDestLatitude, 0015A GPSDestLongitudeRef, 0016R GPSDestLongitude, 0017A GPSDestBearingRef,
        0018R GPSDestBearing, 0019A GPSDestDistanceRef, 001aR GPSDestDistance, 001bC GPSProcessingMethod, 001cC GPSAreaInformation,
        001dA GPSDateStamp, 001eS GPSDifferential, 001fR GPSHPositioningError
        """;

    private const string Iop = """
        0001A InteroperabilityIndex, 0002U InteroperabilityVersion, 1000A RelatedImageFileFormat, 1001L RelatedImageWidth,
        1002L RelatedImageLength
        """;
}
