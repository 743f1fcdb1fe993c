package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.smime.PlainStructureTest.OPAQUE;
import static org.postseal.gateway.smime.PlainStructureTest.OPAQUE_TYPE;
import static org.postseal.gateway.smime.PlainStructureTest.PART;
import static org.postseal.gateway.smime.PlainStructureTest.SIGNED;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody signs the header section above a signature, and programs list the signature by it as an attachment. */
class ObjectFieldsTest {
    private static final String TYPE = "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n";
    private static final String BASE64 = "Content-Transfer-Encoding: base64\r\n";

    /** These are the header sections of OpenSSL, Thunderbird, Apple Mail, Evolution, Bouncy Castle, mutt and others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                TYPE + BASE64 + "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n",
                "Content-Disposition: attachment;\r\n\tfilename=smime.p7s\r\n"
                        + "Content-Type: application/pkcs7-signature;\r\n\tname=smime.p7s\r\n" + BASE64,
                "Content-Type: application/x-pkcs7-signature; name=\"smime.p7s\"\r\n" + BASE64
                        + "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n"
                        + "Content-Description: S/MIME Cryptographic Signature\r\n",
                "Content-Type: application/pkcs7-signature; name=smime.p7s; smime-type=signed-data\r\n" + BASE64
                        + "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n"
                        + "Content-Description: S/MIME Cryptographic Signature\r\n",
                "Content-Type: application/pkcs7-signature\r\n" + BASE64,
                "Content-Type: application/pkcs7-signature; name=\"signature.p7s\"\r\n" + BASE64,
                "MIME-Version: 1.0\r\nContent-Type: application/pkcs7-signature; name=EDIINTSIG.p7s\r\n" + BASE64,
                TYPE + BASE64 + "Content-Description: Elektronicky podpis S/MIME\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME-cryptografische ondertekening\r\n",
                TYPE + BASE64 + "Content-Description: =?UTF-8?Q?Firma_criptogr=C3=A1fica_S/MIME?=\r\n",
                TYPE + BASE64 + "Content-Description: =?UTF-8?B?0JrRgNC40L/RgtC+0LPRgNCw0YTQuNGH0LXRgdC60LDRjyDQvw==?="
                        + "\r\n =?UTF-8?B?0L7QtNC/0LjRgdGMIFMvTUlNRQ==?=\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME Kryptografische Unterschrift\r\n",
                TYPE + BASE64 + "Content-Description: =?UTF-8?B?Uy9NSU1FIOWKoOWvhuetvuWQjQ==?=\r\n"
            })
    void whatMailProgramsWriteAboveASignaturePasses(String fields) throws Exception {
        assertThat(verdict(SIGNED.replace(PART, fields))).isEqualTo("Valid");
    }

    /** A long one takes long, so nobody looks what it would show. */
    @Test
    void aLongDescriptionIsNone() throws Exception {
        String description =
                "Content-Description: =?UTF-8?Q?Firma_criptogr=C3=A1fica_S/MIME?=" + "\r\n =?UTF-8?Q?_?=".repeat(50);

        assertThat(verdict(SIGNED.replace(PART, TYPE + BASE64 + description + "\r\n")))
                .isNotEqualTo("Valid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/pkcs7-signature; name=\"Bill.html\"\r\n" + BASE64,
                "Content-Type: application/pkcs7-signature; name=\"bill.html.p7s\"\r\n" + BASE64,
                "Content-Type: application/pkcs7-signature; name=\"Pay Eve.p7s\"\r\n" + BASE64,
                "Content-Type: application/pkcs7-signature; name=Pay9999-to-Eve.p7s\r\n" + BASE64,
                "Content-Type: application/pkcs7-signature; name=\"pay.p7c\"\r\n" + BASE64,
                TYPE + BASE64 + "Content-Disposition: inline; filename=\"Pay9999-to-Eve.p7s\"\r\n",
                "Content-Type: application/pkcs7-signature; name*=utf-8''bill.html\r\n" + BASE64,
                "Content-Type: application/pkcs7-signature; name=smime.p7s; filename=bill.html\r\n" + BASE64,
                TYPE + BASE64 + "Content-Disposition: attachment; filename=bill.html\r\n",
                TYPE + BASE64 + "Content-Disposition: inline; filename*=utf-8''bill.html\r\n",
                TYPE + BASE64 + "Content-Disposition: attachment; filename*0=bill; filename*1=.html\r\n",
                TYPE + BASE64 + "Content-Disposition: attachment; filename=smime.p7s; name=bill.html\r\n",
                TYPE + BASE64 + "Content-Disposition: attachment\r\nContent-Disposition: attachment\r\n",
                TYPE + BASE64 + "Content-Description: Pay 9999 to Eve\r\n",
                TYPE + BASE64 + "Content-Description: Pay Eve\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME: call 0800 1234\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME by eve@evil.example\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME at http://evil.example/\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME evil.example\r\n",
                TYPE + BASE64 + "Content-Description: =?UTF-8?Q?S/MIME_=39999?=\r\n",
                TYPE + BASE64
                        + "Content-Description: S/MIME pay Eve all the money that is left in the bank by noon\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME Pay Eve all your money and not me\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME Eve\r\n",
                TYPE + BASE64 + "Content-Description: Pay S/MIME Signature\r\n",
                TYPE + BASE64 + "Content-Description: =?UTF-8*Pay-Eve?B?Uy9NSU1FIOWKoOWvhuetvuWQjQ==?=\r\n",
                TYPE + BASE64 + "Content-Description: =?UTF-8?B?Uy9NSU1FIOWKoOWvhuetvuWQjQ==UGF5IEV2ZQ==?=\r\n",
                TYPE + BASE64 + "Content-Description: =?Pay-Eve?Q?Firma_criptogr=C3=A1fica_S/MIME?=\r\n",
                TYPE + BASE64 + "Content-Description : Pay Eve\r\n",
                TYPE + BASE64 + "Pay Eve\r\n",
                TYPE + BASE64 + "Content-Description: S/MIME signature\r\nContent-Description: S/MIME signature\r\n",
                TYPE + BASE64 + "Content-ID: <bill>\r\n",
                TYPE + BASE64 + "Content-Location: http://evil.example/\r\n",
                TYPE + BASE64 + "Subject: Pay 9999 to Eve\r\n",
                TYPE + BASE64 + "From: eve@evil.example\r\n",
                TYPE + BASE64 + "X-Any: y\r\n"
            })
    void whatSomebodyMakesUpAboveASignatureDoesNot(String fields) throws Exception {
        assertThat(verdict(SIGNED.replace(PART, fields))).isEqualTo("STRUCTURE_AMBIGUOUS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/pkcs7-mime\r\n",
                "Content-Type: application/x-pkcs7-mime; name=\"smime.p7m\"; smime-type=signed-data\r\n"
                        + "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n",
                "Content-Type: application/pkcs7-mime; smime-type=signed-data;\r\n\tname=\"smime.p7m\"\r\n"
                        + "Content-Disposition: inline; filename=smime.p7m\r\nContent-Language: de-ch\r\n",
                "Content-Type: application/octet-stream; name=smime.p7m\r\n"
                        + "Content-Disposition: attachment; filename=smime.p7m\r\nContent-ID: <1@example.net>\r\n",
                "Content-Type: application/pkcs7-mime; name=\"smime.p7m\"; smime-type=signed-data\r\n"
                        + "Content-Language: en-US, de\r\nContent-Class: urn:content-classes:message\r\n"
                        + "Content-ID: <D5B0F2A7C1E8A84BA6F3D9A0A3C6A2F1@eurprd05.prod.outlook.com>\r\n",
                "Content-Type: application/pkcs7-mime; name=signed.p7m\r\nContent-Length: 4711\r\n",
                "Content-Type: application/pkcs7-mime; name=smime.p7m\r\n"
                        + "Content-Description: S/MIME Cryptographic Signature\r\n",
                "Content-Type: application/pkcs7-mime; name=smime.p7m; smime-type=signed-data\r\n"
                        + "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n"
                        + "Content-Description: S/MIME Cryptographic Signed Data\r\n",
                "Content-Type: application/pkcs7-mime; name=smime.p7m\r\n"
                        + "Content-Description: Message =?UTF-8?Q?chiffr=C3=A9?= S/MIME\r\n"
            })
    void whatMailProgramsWriteAboveSignedDataPasses(String fields) throws Exception {
        assertThat(verdict(OPAQUE.replace(OPAQUE_TYPE, fields))).isEqualTo("Valid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"bill.html\"\r\n",
                "Content-Type: application/pkcs7-mime; smime-type=bill; name=smime.p7m\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Disposition: attachment; filename=bill.html\r\n",
                "Content-Type: application/pkcs7-mime\r\n"
                        + "Content-Disposition: attachment; filename*=utf-8''bill.html\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Disposition: attachment\r\n"
                        + "Content-Disposition: attachment\r\n",
                "Content-Type: application/octet-stream; name=bill.html\r\n"
                        + "Content-Disposition: attachment; filename=smime.p7m\r\n",
                "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=Pay9999-to-Eve.p7m\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Description: Pay 9999 to Eve\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Description: S/MIME Signature\r\n"
                        + "Content-Description: S/MIME Signature\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Location: http://evil.example/\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Base: http://evil.example/\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-ID: <Pay9999-to-Eve@evil.example>\r\n",
                "Content-Type: application/pkcs7-mime\r\n"
                        + "Content-ID: <1@example.net>\r\nContent-ID: <1@example.net>\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Language: Pay9999\r\n",
                "Content-Type: application/pkcs7-mime\r\nContent-Features: Pay Eve\r\n"
            })
    void whatSomebodyMakesUpAboveSignedDataDoesNot(String fields) throws Exception {
        assertThat(verdict(OPAQUE.replace(OPAQUE_TYPE, fields))).isEqualTo("STRUCTURE_AMBIGUOUS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Disposition: inline\r\n",
                "Content-Language: de-DE\r\nContent-ID: <1@example.net>\r\n",
                "Content-Description: S/MIME signed message\r\n"
            })
    void whatMailProgramsWriteAboveTheTwoPartsPasses(String fields) throws Exception {
        assertThat(verdict(fields + SIGNED)).isEqualTo("Valid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Description: Pay 9999 to Eve\r\n",
                "Content-Disposition: attachment; filename=Pay9999.html\r\n",
                "Content-Disposition: inline\r\nContent-Disposition: inline\r\n",
                "Content-Location: http://evil.example/\r\n"
            })
    void whatSomebodyMakesUpAboveTheTwoPartsDoesNot(String fields) throws Exception {
        assertThat(verdict(fields + SIGNED)).isEqualTo("STRUCTURE_AMBIGUOUS");
    }

    @Test
    void noProgramNamesTheTwoPartsTogether() throws Exception {
        assertThat(verdict(SIGNED.replace("; boundary", "; name=smime.p7m; boundary")))
                .isEqualTo("STRUCTURE_AMBIGUOUS");
    }

    private static String verdict(String message) throws Exception {
        return Mail.describe(Mail.verify(Mail.of(message)));
    }
}
