namespace Panoramax.Domain.Pictures;

/// <summary>
/// Walks over the markers of a JPEG file as libjpeg does: bytes between segments, fill bytes, restart markers and the
/// coded data of scans are passed over. Segments are skipped by seeking, so only headers are read.
/// </summary>
/// <param name="stream">Seekable; read from its start. Its position is undefined afterwards.</param>
public sealed class JpegMarkers(Stream stream)
{
    public const byte StartOfImage = 0xD8;
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;
    public const byte FirstApplication = 0xE0;
    public const byte Comment = 0xFE;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly long _length = stream.Length;
    private long _bufferStart;
    private int _bufferLength;
    private long _position;

    /// <summary>Second byte of the marker.</summary>
    public byte Marker { get; private set; }

    /// <summary>Offset of the marker's last 0xFF byte.</summary>
    public long Start { get; private set; }

    /// <summary>Offset of the first byte after the marker and, where there is one, its length field.</summary>
    public long PayloadStart { get; private set; }

    /// <summary>Bytes of the payload without the length field; 0 for markers that stand alone.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>Offset of the first byte after the segment.</summary>
    public long End => PayloadStart + PayloadLength;

    /// <summary>Checks the two first bytes; must be called once, before <see cref="Next"/>.</summary>
    /// <exception cref="NotAPicture">The file is empty or does not start as a JPEG.</exception>
    public void ReadStart()
    {
        if (_length == 0) throw new NotAPicture(NotAPictureReason.Empty, "The file is empty");
        _position = 0;
        if (ReadByte() != 0xFF || ReadByte() != StartOfImage)
        {
            throw new NotAPicture(NotAPictureReason.NotAJpeg, "The file is not a JPEG picture");
        }
    }

    /// <summary>Goes to the next marker; false at the end of the file.</summary>
    /// <exception cref="NotAPicture">A segment does not fit into the file, or its length is impossible.</exception>
    public bool Next()
    {
        do
        {
            if (!FindMarker()) return false;
        }
        while (Marker is >= 0xD0 and <= 0xD7 or 0x01);

        PayloadStart = _position;
        PayloadLength = 0;
        if (Marker is StartOfImage or EndOfImage) return true;

        int high = ReadByte(), low = ReadByte();
        if (high < 0 || low < 0) throw CutShort();
        var length = (high << 8) | low;
        if (length < 2) throw new NotAPicture(NotAPictureReason.Damaged, "A segment of the JPEG has an impossible length");
        PayloadStart += 2;
        PayloadLength = length - 2;
        if (End > _length) throw CutShort();
        _position = End;
        return true;
    }

    /// <summary>The first bytes of the current segment's payload, at most <paramref name="count"/> and what there is.</summary>
    public byte[] ReadPayload(int count = int.MaxValue)
    {
        var bytes = new byte[Math.Min(count, PayloadLength)];
        var inBuffer = PayloadStart - _bufferStart;
        if (inBuffer >= 0 && inBuffer + bytes.Length <= _bufferLength)
        {
            _buffer.AsSpan((int)inBuffer, bytes.Length).CopyTo(bytes);
            return bytes;
        }

        stream.Position = PayloadStart;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private bool FindMarker()
    {
        while (true)
        {
            if (!Fill()) return false;
            var rest = _buffer.AsSpan((int)(_position - _bufferStart), (int)(_bufferStart + _bufferLength - _position));
            var found = rest.IndexOf((byte)0xFF);
            if (found < 0)
            {
                _position += rest.Length;
                continue;
            }

            _position += found;
            int code;
            do
            {
                Start = _position;
                _position++;
                code = PeekByte();
            }
            while (code == 0xFF);

            if (code < 0) return false;
            _position++;
            if (code == 0) continue;
            Marker = (byte)code;
            return true;
        }
    }

    private int ReadByte()
    {
        var value = PeekByte();
        if (value >= 0) _position++;
        return value;
    }

    private int PeekByte() => Fill() ? _buffer[_position - _bufferStart] : -1;

    private bool Fill()
    {
        if (_position >= _bufferStart && _position < _bufferStart + _bufferLength) return true;
        if (_position >= _length) return false;
        stream.Position = _position;
        _bufferStart = _position;
        _bufferLength = stream.Read(_buffer, 0, _buffer.Length);
        return _bufferLength > 0;
    }

    private static NotAPicture CutShort() => new(NotAPictureReason.CutShort, "The JPEG picture is cut short");
}
