using OpenCvSharp;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.Imaging;

/// <summary>
/// EXIF orientation: how stored pixels must be turned to stand upright. 1 needs nothing, 2 to 8 are the mirrored and
/// turned ways in the order of the EXIF standard (tag 0x0112), any other value counts as 1.
/// </summary>
internal static class Orientation
{
    internal static int Known(int orientation) => orientation is >= 1 and <= 8 ? orientation : 1;

    /// <summary>True when width and height change places.</summary>
    internal static bool IsSideways(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>TurboJPEG's operation (<c>enum TJXOP</c>) that makes such a picture upright.</summary>
    internal static int TurboJpegOperation(int orientation) => orientation switch
    {
        2 => 1, // mirror left to right
        3 => 6, // half turn
        4 => 2, // mirror top to bottom
        5 => 3, // transpose
        6 => 5, // quarter turn clockwise
        7 => 4, // transverse
        8 => 7, // quarter turn counterclockwise
        _ => 0,
    };

    /// <summary>
    /// True when the turn can be done on coefficients without a rest: the edges that come to lie left or on top must hold
    /// whole units only (<c>jtransform_perfect_transform</c> of libjpeg). Otherwise a strip would be lost or stay unturned.
    /// </summary>
    internal static bool TurnsLosslessly(int orientation, JpegLayout layout)
    {
        var wholeAcross = layout.Width % layout.McuWidth == 0;
        var wholeDown = layout.Height % layout.McuHeight == 0;
        return orientation switch
        {
            2 or 8 => wholeAcross,
            4 or 6 => wholeDown,
            3 or 7 => wholeAcross && wholeDown,
            _ => true,
        };
    }

    /// <summary>The upright picture; <paramref name="stored"/> is disposed unless it is returned itself.</summary>
    internal static Mat MakeUpright(Mat stored, int orientation)
    {
        if (orientation == 1) return stored;
        using (stored)
        {
            var upright = new Mat();
            switch (orientation)
            {
                case 2: Cv2.Flip(stored, upright, FlipMode.Y); break;
                case 3: Cv2.Rotate(stored, upright, RotateFlags.Rotate180); break;
                case 4: Cv2.Flip(stored, upright, FlipMode.X); break;
                case 5: Cv2.Transpose(stored, upright); break;
                case 6: Cv2.Rotate(stored, upright, RotateFlags.Rotate90Clockwise); break;
                case 7:
                    Cv2.Transpose(stored, upright);
                    Cv2.Rotate(upright, upright, RotateFlags.Rotate180);
                    break;
                default: Cv2.Rotate(stored, upright, RotateFlags.Rotate90Counterclockwise); break;
            }

            return upright;
        }
    }
}
