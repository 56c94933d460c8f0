"use strict";
// The sentences of the text pages in the languages of the API; the page itself holds the English ones.
{
	const texts = {
		de: {
			tokenAccepted: "Zugriff erlaubt",
			tokenAcceptedMore: "Die Anwendung darf jetzt Ihr Konto benutzen. Sie können dieses Fenster schließen und zu ihr zurückkehren.",
			terms: "Nutzungsbedingungen",
			termsMore: "Bevor Sie Bilder hinzufügen können, lesen Sie bitte die Nutzungsbedingungen dieses Servers und stimmen Sie ihnen zu.",
			termsRead: "Bedingungen lesen",
			termsAccept: "Ich stimme zu",
			termsFailed: "Das hat nicht geklappt, bitte versuchen Sie es noch einmal.",
		},
		es: {
			tokenAccepted: "Acceso concedido",
			tokenAcceptedMore: "La aplicación ya puede usar su cuenta. Puede cerrar esta ventana y volver a ella.",
			terms: "Condiciones de uso",
			termsMore: "Antes de añadir fotos, lea y acepte las condiciones de uso de este servidor.",
			termsRead: "Leer las condiciones",
			termsAccept: "Acepto las condiciones",
			termsFailed: "No ha funcionado, inténtelo de nuevo.",
		},
		fr: {
			tokenAccepted: "Accès accordé",
			tokenAcceptedMore: "L’application peut maintenant utiliser votre compte. Vous pouvez fermer cette fenêtre et y revenir.",
			terms: "Conditions d’utilisation",
			termsMore: "Avant d’ajouter des photos, merci de lire et d’accepter les conditions d’utilisation de ce serveur.",
			termsRead: "Lire les conditions",
			termsAccept: "J’accepte les conditions",
			termsFailed: "Cela n’a pas fonctionné, merci de réessayer.",
		},
		hu: {
			tokenAccepted: "Hozzáférés engedélyezve",
			tokenAcceptedMore: "Az alkalmazás mostantól használhatja a fiókját. Bezárhatja ezt az ablakot, és visszatérhet hozzá.",
			terms: "Felhasználási feltételek",
			termsMore: "Képek hozzáadása előtt kérjük, olvassa el és fogadja el a szerver felhasználási feltételeit.",
			termsRead: "Feltételek elolvasása",
			termsAccept: "Elfogadom a feltételeket",
			termsFailed: "Nem sikerült, kérjük, próbálja újra.",
		},
	};

	const language = navigator.languages.map(name => name.slice(0, 2)).find(name => name === "en" || name in texts) ?? "en";
	window.pageText = { language, get: (key, english) => texts[language]?.[key] ?? english };

	document.documentElement.lang = language;
	for(const element of document.querySelectorAll("[data-text]")) {
		element.textContent = window.pageText.get(element.dataset.text, element.textContent);
	}
}
