using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Panoramax.Http.Errors;

namespace Panoramax.Upload;

/// <summary>Every refusal of this service, with its status and, where it is surprising, why.</summary>
internal static class UploadErrors
{
    public static LocalText FileDuplicateText { get; } = new("This picture was already sent earlier")
    {
        De = "Dieses Bild wurde schon früher gesendet", Fr = "Cette image a déjà été envoyée",
        Es = "Esta imagen ya se envió anteriormente", Hu = "Ezt a képet már korábban elküldték",
    };

    public static LocalText NotAJpegNameText { get; } = new("Only JPEG pictures are accepted: the file's name must end in .jpg or .jpeg")
    {
        De = "Nur JPEG-Bilder werden angenommen: der Dateiname muss auf .jpg oder .jpeg enden",
        Fr = "Seules les images JPEG sont acceptées : le nom du fichier doit se terminer par .jpg ou .jpeg",
        Es = "Solo se aceptan imágenes JPEG: el nombre del archivo debe terminar en .jpg o .jpeg",
        Hu = "Csak JPEG-képek fogadhatók el: a fájlnévnek .jpg vagy .jpeg végűnek kell lennie",
    };

    public static LocalText InvalidFileText { get; } = new("The file is not a picture that can be used")
    {
        De = "Die Datei ist kein verwendbares Bild", Fr = "Le fichier n'est pas une image utilisable",
        Es = "El archivo no es una imagen utilizable", Hu = "A fájl nem használható kép",
    };

    public static LocalText InvalidMetadataText { get; } = new("The picture's metadata cannot be used")
    {
        De = "Die Metadaten des Bildes sind nicht verwendbar", Fr = "Les métadonnées de l'image sont inutilisables",
        Es = "Los metadatos de la imagen no se pueden utilizar", Hu = "A kép metaadatai nem használhatók",
    };

    public static LocalText CaptureDuplicateText { get; } = new("The picture is too close to another one")
    {
        De = "Das Bild liegt zu nah an einem anderen", Fr = "L'image est trop proche d'une autre",
        Es = "La imagen está demasiado cerca de otra", Hu = "A kép túl közel van egy másikhoz",
    };

    public static LocalText OtherErrorText { get; } = new("The picture could not be taken")
    {
        De = "Das Bild konnte nicht übernommen werden", Fr = "L'image n'a pas pu être prise en compte",
        Es = "No se pudo aceptar la imagen", Hu = "A kép nem fogadható be",
    };

    public static LocalText ExcludedAreaText { get; } = new("The picture lies in an area that this instance takes no pictures of")
    {
        De = "Das Bild liegt in einem Gebiet, aus dem diese Instanz keine Bilder annimmt",
        Fr = "L'image se trouve dans une zone dont cette instance n'accepte pas d'images",
        Es = "La imagen está en una zona de la que esta instancia no acepta imágenes",
        Hu = "A kép olyan területen készült, amelyről ez a példány nem fogad képeket",
    };

    public static LocalText OwnExcludedAreaText { get; } = new("The picture lies in an area that you excluded yourself")
    {
        De = "Das Bild liegt in einem Gebiet, das Sie selbst ausgeschlossen haben",
        Fr = "L'image se trouve dans une zone que vous avez vous-même exclue",
        Es = "La imagen está en una zona que usted mismo excluyó",
        Hu = "A kép olyan területen készült, amelyet Ön maga zárt ki",
    };

    public static ApiError UnknownSet() => new(StatusCodes.Status404NotFound, new LocalText("There is no such upload set")
    {
        De = "Dieses Upload-Set gibt es nicht", Fr = "Ce lot d'images n'existe pas",
        Es = "Este lote de imágenes no existe", Hu = "Nincs ilyen feltöltési csomag",
    });

    public static ApiError NotYourSet() => new(StatusCodes.Status403Forbidden, new LocalText("This upload set belongs to somebody else")
    {
        De = "Dieses Upload-Set gehört jemand anderem", Fr = "Ce lot d'images appartient à quelqu'un d'autre",
        Es = "Este lote de imágenes pertenece a otra persona", Hu = "Ez a feltöltési csomag másé",
    });

    public static ApiError Incompatible(string flag, string value) => new(
        StatusCodes.Status400BadRequest,
        new LocalText("{0} cannot be combined with {1}")
        {
            De = "{0} lässt sich nicht mit {1} verbinden", Fr = "{0} est incompatible avec {1}",
            Es = "{0} es incompatible con {1}", Hu = "{0} nem használható együtt ezzel: {1}",
        },
        flag, value);

    public static ApiError BadRelativeHeading() => new(StatusCodes.Status400BadRequest, new LocalText("relative_heading must be a whole number of degrees from -180 to 180")
    {
        De = "relative_heading muss eine ganze Zahl von -180 bis 180 Grad sein", Fr = "relative_heading doit être un nombre entier de degrés de -180 à 180",
        Es = "relative_heading debe ser un número entero de grados de -180 a 180", Hu = "A relative_heading -180 és 180 közötti egész fok lehet",
    });

    /// <summary>Anybody may register here, so that value would protect nothing.</summary>
    public static ApiError LoggedOnlyIsPointless() => new(StatusCodes.Status400BadRequest, new LocalText("The visibility logged-only is not offered where everybody may register")
    {
        De = "Die Sichtbarkeit logged-only gibt es nicht, wo sich jeder anmelden kann", Fr = "La visibilité logged-only n'est pas proposée lorsque l'inscription est ouverte à tous",
        Es = "La visibilidad logged-only no se ofrece donde cualquiera puede registrarse", Hu = "A logged-only láthatóság nem érhető el ott, ahol bárki regisztrálhat",
    });

    public static ApiError BadFilter(string why) => new(StatusCodes.Status400BadRequest, new LocalText("The filter cannot be understood")
    {
        De = "Der Filter ist nicht zu verstehen", Fr = "Le filtre n'est pas compréhensible", Es = "No se entiende el filtro", Hu = "A szűrő nem értelmezhető",
    })
    {
        Extra = Details(why),
    };

    public static ApiError NotMultipart() => new(StatusCodes.Status415UnsupportedMediaType, new LocalText("The request must be multipart/form-data")
    {
        De = "Die Anfrage muss multipart/form-data sein", Fr = "La requête doit être en multipart/form-data",
        Es = "La petición debe ser multipart/form-data", Hu = "A kérésnek multipart/form-data típusúnak kell lennie",
    });

    public static ApiError BrokenForm(string why) => new(StatusCodes.Status400BadRequest, new LocalText("The form that was sent is broken")
    {
        De = "Das gesendete Formular ist fehlerhaft", Fr = "Le formulaire envoyé est incorrect", Es = "El formulario enviado es incorrecto", Hu = "A küldött űrlap hibás",
    })
    {
        Extra = Details(why),
    };

    public static ApiError FileMissing(string part) => new(
        StatusCodes.Status400BadRequest,
        new LocalText("The part \"{0}\" with a picture is missing")
        {
            De = "Der Teil „{0}“ mit einem Bild fehlt", Fr = "La partie « {0} » contenant une image est absente",
            Es = "Falta la parte «{0}» con una imagen", Hu = "Hiányzik a képet tartalmazó „{0}” rész",
        },
        part);

    public static ApiError OneFileOnly() => new(StatusCodes.Status400BadRequest, new LocalText("One request takes one picture")
    {
        De = "Eine Anfrage nimmt ein Bild auf", Fr = "Une requête ne peut contenir qu'une image",
        Es = "Cada petición admite una sola imagen", Hu = "Egy kérés egy képet fogad",
    });

    /// <summary>Said before the whole body is read, with the limit, so that people know what to do.</summary>
    public static ApiError TooLarge(long limitBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        new LocalText("The file is larger than {0} MB, the most that this server takes")
        {
            De = "Die Datei ist größer als {0} MB, mehr nimmt dieser Server nicht an", Fr = "Le fichier dépasse {0} Mo, la limite de ce serveur",
            Es = "El archivo supera los {0} MB, el límite de este servidor", Hu = "A fájl nagyobb, mint {0} MB, ennyi a kiszolgáló korlátja",
        },
        (limitBytes / 1e6).ToString("0.###", CultureInfo.InvariantCulture))
    {
        Extra = new JsonObject { ["details"] = new JsonObject { ["max_bytes"] = limitBytes } },
    };

    /// <summary>Clients try again on 503; the pause spreads them.</summary>
    public static ApiError TooBusy() => new(StatusCodes.Status503ServiceUnavailable, new LocalText("Too many pictures are arriving at the moment, please try again soon")
    {
        De = "Gerade treffen zu viele Bilder ein, bitte bald noch einmal versuchen", Fr = "Trop d'images arrivent en ce moment, veuillez réessayer bientôt",
        Es = "Están llegando demasiadas imágenes, inténtelo de nuevo pronto", Hu = "Jelenleg túl sok kép érkezik, kérjük, próbálja újra hamarosan",
    })
    {
        Headers = new Dictionary<string, string> { ["Retry-After"] = "5" },
    };

    public static ApiError TooSlow() => new(StatusCodes.Status408RequestTimeout, new LocalText("The picture took too long to arrive")
    {
        De = "Das Bild hat zu lange gebraucht, um anzukommen", Fr = "L'image a mis trop de temps à arriver",
        Es = "La imagen ha tardado demasiado en llegar", Hu = "A kép túl lassan érkezett meg",
    });

    public static ApiError LatitudeWithoutLongitude() => new(StatusCodes.Status400BadRequest, new LocalText("Latitude and longitude must be given together")
    {
        De = "Breite und Länge müssen zusammen angegeben werden", Fr = "La latitude et la longitude doivent être fournies ensemble",
        Es = "La latitud y la longitud deben indicarse juntas", Hu = "A szélességet és a hosszúságot együtt kell megadni",
    });

    public static ApiError BadOverride(string why) => new(StatusCodes.Status400BadRequest, new LocalText("A value that should be written into the picture cannot be")
    {
        De = "Ein Wert lässt sich nicht in das Bild schreiben", Fr = "Une valeur ne peut pas être écrite dans l'image",
        Es = "Un valor no se puede escribir en la imagen", Hu = "Egy érték nem írható a képbe",
    })
    {
        Extra = Details(why),
    };

    public static ApiError AlreadyInSet(Guid pictureId) => new(StatusCodes.Status409Conflict, new LocalText("This picture is already in this upload set")
    {
        De = "Dieses Bild ist schon in diesem Upload-Set", Fr = "Cette image est déjà dans ce lot",
        Es = "Esta imagen ya está en este lote", Hu = "Ez a kép már szerepel ebben a csomagban",
    })
    {
        Extra = new JsonObject { ["existing_item"] = new JsonObject { ["id"] = pictureId.ToString() } },
    };

    public static ApiError NameTaken(Guid pictureId) => new(StatusCodes.Status409Conflict, new LocalText("Another picture of this upload set has the same name")
    {
        De = "Ein anderes Bild dieses Upload-Sets hat denselben Namen", Fr = "Une autre image de ce lot porte le même nom",
        Es = "Otra imagen de este lote tiene el mismo nombre", Hu = "A csomag egy másik képének ugyanez a neve",
    })
    {
        Extra = new JsonObject { ["existing_item"] = new JsonObject { ["id"] = pictureId.ToString() } },
    };

    /// <param name="copies">Every picture of the same bytes, with its set where it has one.</param>
    public static ApiError SentEarlier(IEnumerable<(Guid PictureId, Guid? UploadSetId)> copies) => new(StatusCodes.Status409Conflict, FileDuplicateText)
    {
        Extra = new JsonObject
        {
            ["upload_sets"] = new JsonArray([.. copies.Select(copy => new JsonObject
            {
                ["existing_item_id"] = copy.PictureId.ToString(),
                ["upload_set_id"] = copy.UploadSetId?.ToString(),
            })]),
        },
    };

    public static ApiError NotAJpegName() => new(StatusCodes.Status400BadRequest, NotAJpegNameText);

    /// <param name="why">In the caller's language.</param>
    public static ApiError InvalidFile(string why) => new(StatusCodes.Status400BadRequest, why);

    /// <param name="why">In the caller's language.</param>
    public static ApiError InvalidMetadata(string why, IReadOnlyList<string> missingFields) => new(StatusCodes.Status400BadRequest, InvalidMetadataText)
    {
        Extra = new JsonObject
        {
            ["details"] = new JsonObject { ["error"] = why, ["missing_fields"] = List(missingFields) },
        },
    };

    /// <summary>What a rejection keeps of <see cref="InvalidMetadata"/>.</summary>
    public static JsonObject MissingFields(IReadOnlyList<string> missingFields) => new() { ["missing_fields"] = List(missingFields) };

    public static ApiError NameTooLong() => new(StatusCodes.Status400BadRequest, new LocalText("The file's name is too long")
    {
        De = "Der Dateiname ist zu lang", Fr = "Le nom du fichier est trop long", Es = "El nombre del archivo es demasiado largo", Hu = "A fájlnév túl hosszú",
    });

    /// <param name="why">In the caller's language.</param>
    public static ApiError InExcludedArea(string why) => new(StatusCodes.Status400BadRequest, InvalidMetadataText) { Extra = Details(why) };

    /// <summary>Nothing was kept: the same upload works when the store is back.</summary>
    public static ApiError StoreFailed() => new(StatusCodes.Status500InternalServerError, new LocalText("The picture could not be stored; please try again later")
    {
        De = "Das Bild konnte nicht gespeichert werden; bitte später noch einmal versuchen", Fr = "L'image n'a pas pu être enregistrée ; veuillez réessayer plus tard",
        Es = "No se pudo guardar la imagen; inténtelo de nuevo más tarde", Hu = "A kép nem volt menthető; kérjük, próbálja újra később",
    });

    /// <summary>A pair of key and value is on a thing once.</summary>
    public static ApiError DuplicateTag(string key, string value) => new(StatusCodes.Status400BadRequest, new LocalText("The same tag is there twice")
    {
        De = "Dasselbe Schlagwort steht zweimal da", Fr = "Le même attribut est présent deux fois",
        Es = "La misma etiqueta aparece dos veces", Hu = "Ugyanaz a címke kétszer szerepel",
    })
    {
        Extra = new JsonObject { ["details"] = new JsonObject { ["duplicate"] = $"{key}={value}" } },
    };

    /// <summary><c>details</c> is a text here, and the corner stands beside it.</summary>
    public static ApiError OutsideOfPicture(int x, int y, int width, int height) => new(StatusCodes.Status400BadRequest, new LocalText("The shape lies outside of the picture")
    {
        De = "Die Form liegt außerhalb des Bildes", Fr = "La forme est en dehors de l'image", Es = "La forma está fuera de la imagen", Hu = "Az alakzat a képen kívül esik",
    })
    {
        Extra = new JsonObject
        {
            ["details"] = $"corner {x}, {y} of a picture of {width} × {height} pixels",
            ["value"] = new JsonObject { ["x"] = x, ["y"] = y },
        },
    };

    /// <summary>Unknown, deleted, or not for this caller: nobody learns which.</summary>
    public static ApiError UnknownCollection() => new(StatusCodes.Status404NotFound, new LocalText("There is no such collection")
    {
        De = "Diese Sammlung gibt es nicht", Fr = "Cette collection n'existe pas", Es = "Esta colección no existe", Hu = "Nincs ilyen gyűjtemény",
    });

    public static ApiError NotYourCollection() => new(StatusCodes.Status403Forbidden, new LocalText("This collection belongs to somebody else")
    {
        De = "Diese Sammlung gehört jemand anderem", Fr = "Cette collection appartient à quelqu'un d'autre",
        Es = "Esta colección pertenece a otra persona", Hu = "Ez a gyűjtemény másé",
    });

    /// <summary>Unknown, or not for this caller: nobody learns which.</summary>
    public static ApiError UnknownPicture() => new(StatusCodes.Status404NotFound, new LocalText("There is no such picture")
    {
        De = "Dieses Bild gibt es nicht", Fr = "Cette image n'existe pas", Es = "Esta imagen no existe", Hu = "Nincs ilyen kép",
    });

    public static ApiError NotYourPicture() => new(StatusCodes.Status403Forbidden, new LocalText("This picture belongs to somebody else")
    {
        De = "Dieses Bild gehört jemand anderem", Fr = "Cette image appartient à quelqu'un d'autre",
        Es = "Esta imagen pertenece a otra persona", Hu = "Ez a kép másé",
    });

    public static ApiError MovedIntoExcludedArea(LocalText why) => new(StatusCodes.Status400BadRequest, why);

    public static ApiError PositionTaken(int position) => new(
        StatusCodes.Status409Conflict,
        new LocalText("Position {0} of this collection is taken already")
        {
            De = "Platz {0} dieser Sammlung ist schon belegt", Fr = "La position {0} de cette collection est déjà occupée",
            Es = "La posición {0} de esta colección ya está ocupada", Hu = "A gyűjtemény {0}. helye már foglalt",
        },
        position);

    /// <summary>A picture lacks the value that the order goes by.</summary>
    public static ApiError CannotSort() => new(StatusCodes.Status422UnprocessableEntity, new LocalText("The pictures of this collection do not all have what they should be sorted by")
    {
        De = "Nicht alle Bilder dieser Sammlung haben die Angabe, nach der sortiert werden soll",
        Fr = "Toutes les images de cette collection n'ont pas l'information demandée pour le tri",
        Es = "No todas las imágenes de esta colección tienen el dato por el que se ordena",
        Hu = "Nem minden kép rendelkezik azzal az adattal, amely szerint rendezni kellene",
    });

    public static ApiError UnknownAnnotation() => new(StatusCodes.Status404NotFound, new LocalText("There is no such annotation")
    {
        De = "Diese Anmerkung gibt es nicht", Fr = "Cette annotation n'existe pas", Es = "Esta anotación no existe", Hu = "Nincs ilyen annotáció",
    });

    public static ApiError UnknownReport() => new(StatusCodes.Status404NotFound, new LocalText("There is no such report")
    {
        De = "Diese Meldung gibt es nicht", Fr = "Ce signalement n'existe pas", Es = "Este aviso no existe", Hu = "Nincs ilyen bejelentés",
    });

    public static ApiError NotYourReport() => new(StatusCodes.Status403Forbidden, new LocalText("This report is for others to see")
    {
        De = "Diese Meldung ist für andere bestimmt", Fr = "Ce signalement ne vous concerne pas", Es = "Este aviso no le corresponde", Hu = "Ez a bejelentés másokra tartozik",
    });

    /// <summary>With <c>status_code</c>, unlike other missing logins.</summary>
    public static ApiError ReportsNeedLogin() => new(StatusCodes.Status401Unauthorized, new LocalText("Only logged-in people see reports")
    {
        De = "Meldungen sehen nur angemeldete Personen", Fr = "Seules les personnes connectées voient les signalements",
        Es = "Solo las personas conectadas ven los avisos", Hu = "A bejelentéseket csak bejelentkezve lehet látni",
    });

    public static ApiError UnknownArea() => new(StatusCodes.Status404NotFound, new LocalText("There is no such area")
    {
        De = "Dieses Gebiet gibt es nicht", Fr = "Cette zone n'existe pas", Es = "Esta zona no existe", Hu = "Nincs ilyen terület",
    });

    public static ApiError AllAreasNeedAdministrator(bool isLoggedIn) => new(
        isLoggedIn ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized,
        new LocalText("Only administrators see all areas")
        {
            De = "Alle Gebiete sehen nur Administratoren", Fr = "Seuls les administrateurs voient toutes les zones",
            Es = "Solo los administradores ven todas las zonas", Hu = "Minden területet csak az adminisztrátorok látnak",
        });

    private static JsonArray List(IReadOnlyList<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Details(string why) => new() { ["details"] = new JsonObject { ["error"] = why } };
}
