package org.postseal.gateway.judges;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The ways to write what stands above a signature: parameters of its media type, and further fields. Nobody signs them,
 * and an attacker may say something there.
 */
enum SignatureFields implements Dice.Production {
    NAME("; name=smime.p7s", ""),
    NO_NAME("", ""),
    FILE_NAME("; name=\"smime.p7s\"", "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n"),
    DESCRIPTION("; name=smime.p7s", "Content-Description: S/MIME Cryptographic Signature\r\n"),
    TRANSLATED_DESCRIPTION("; name=smime.p7s", "Content-Description: =?UTF-8?Q?Firma_criptogr=C3=A1fica_S/MIME?=\r\n"),
    OTHER_NAME("; name=Pay9999.html", ""),
    QUOTED_NAME("; name=\"Pay 9999.html\"", ""),
    NAME_OF_A_SIGNATURE("; name=\"Pay 9999.p7s\"", ""),
    ENCODED_NAME("; name=\"=?utf-8?q?Pay9999.html?=\"", ""),
    EXTENDED_NAME("; name*=utf-8''Pay9999.html", ""),
    CONTINUED_NAME("; name*0=Pay; name*1=9999.html", ""),
    SECOND_NAME("; name=smime.p7s; name=Pay9999.html", ""),
    OTHER_FILE_NAME("", "Content-Disposition: inline; filename=Pay9999.html\r\n"),
    EXTENDED_FILE_NAME("", "Content-Disposition: attachment; filename*=utf-8''Pay9999.html\r\n"),
    FILE_NAME_BEHIND_A_BLANK("", "Content-Disposition: attachment; filename =Pay9999.html\r\n"),
    SECOND_DISPOSITION(
            "",
            "Content-Disposition: attachment; filename=smime.p7s\r\n"
                    + "Content-Disposition: attachment; filename=Pay9999.html\r\n"),
    OTHER_DESCRIPTION("", "Content-Description: Pay 9999 to Eve\r\n"),
    ENCODED_DESCRIPTION("", "Content-Description: =?utf-8?q?S/MIME_=39=39=39=39?=\r\n"),
    SECOND_DESCRIPTION("", "Content-Description: S/MIME Signature\r\nContent-Description: Pay 9999 to Eve\r\n"),
    MADE_UP_NAME("; name=Pay9999-to-Eve.p7s", ""),
    MADE_UP_FILE_NAME("; name=smime.p7s", "Content-Disposition: inline; filename=\"Pay9999-to-Eve.p7s\"\r\n"),
    FREE_DESCRIPTION("; name=smime.p7s", "Content-Description: S/MIME Pay Eve all your money and not me\r\n"),
    FREE_ENCODED_DESCRIPTION("; name=smime.p7s", "Content-Description: =?utf-8?q?Pay_Eve_by_S/MIME?=\r\n"),
    DESCRIPTION_WITH_A_LANGUAGE(
            "; name=smime.p7s", "Content-Description: =?utf-8*Pay-Eve?q?Signature_cryptographique_S/MIME?=\r\n"),
    DESCRIPTION_BEHIND_PADDING(
            "; name=smime.p7s", "Content-Description: =?utf-8?b?Uy9NSU1FIOWKoOWvhuetvuWQjQ==UGF5IEV2ZQ==?=\r\n"),
    LOCATION("; name=smime.p7s", "Content-Location: http://evil.example/Pay9999.html\r\n");

    /** What the attacker says in each of them. */
    private static final Pattern SAID = Pattern.compile("9999|\\bPay|\\bEve");

    private final String parameters;
    private final String fields;

    SignatureFields(String parameters, String fields) {
        this.parameters = parameters;
        this.fields = fields;
    }

    @Override
    public String production() {
        return "signature:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The fields above a signature that stands in a part of its own. */
    String write() {
        return "Content-Type: application/pkcs7-signature" + parameters + "\r\n" + fields
                + "Content-Transfer-Encoding: base64\r\n\r\n";
    }

    /** The same parameters for the media type of a signed-data, whose names end in another way. */
    String rootParameters() {
        return parameters.replace(".p7s", ".p7m");
    }

    /** The same fields above a signed-data that is all of the message. */
    String rootFields() {
        return fields.replace(".p7s", ".p7m");
    }

    /** Whether an attacker says something in the names and the description by which a program lists the signature. */
    static boolean isSaidIn(String label) {
        return SAID.matcher(label).find();
    }
}
