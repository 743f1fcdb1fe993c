package org.postseal.gateway.judges;

import java.util.Locale;

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
    SECOND_DESCRIPTION("", "Content-Description: S/MIME Signature\r\nContent-Description: Pay 9999 to Eve\r\n");

    /** What the attacker says in each of them. */
    static final String SAID = "9999";

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
}
