package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.MimeEntity;

class SignedAloneTest {
    private static final String TYPE =
            "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=b\r\n";
    private static final String OPAQUE =
            "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n";

    static Stream<Arguments> entities() {
        return Stream.of(
                Arguments.of("plain", clear(TYPE, "", "", "\r\n"), true),
                Arguments.of(
                        "a sentence of a program",
                        clear(TYPE, "This is an S/MIME signed message\r\n\r\n", "", ""),
                        true),
                Arguments.of("MIME-Version", clear("MIME-Version: 1.0\r\n" + TYPE, "", "", "\r\n\r\n"), true),
                Arguments.of(
                        "a digest of Outlook",
                        clear(TYPE.replace("sha-256", "2.16.840.1.101.3.4.2.1"), "", "", "\r\n"),
                        true),
                Arguments.of("a digest of the sender's", clear(TYPE.replace("sha-256", "4711"), "", "", ""), false),
                Arguments.of("another field", clear(TYPE + "X-Text: 4711\r\n", "", "", ""), false),
                Arguments.of("another description", clear(TYPE + "Content-Description: 4711\r\n", "", "", ""), false),
                Arguments.of("a preamble", clear(TYPE, "4711\r\n", "", ""), false),
                Arguments.of("an epilogue", clear(TYPE, "", "", "\r\n4711\r\n"), false),
                Arguments.of("a blank behind", clear(TYPE, "", "", "\r\n \r\n"), false),
                Arguments.of("a far epilogue", clear(TYPE, "", "", "\r\n".repeat(300) + "4711\r\n"), false),
                Arguments.of("many lines before", clear(TYPE, "\r\n".repeat(300), "", ""), false),
                Arguments.of("a field of the signature", clear(TYPE, "", "X-Text: 4711\r\n", ""), false),
                Arguments.of("no base64", clear(TYPE, "", "", "").replace("TUFB", "TU B"), false),
                Arguments.of("opaque", OPAQUE + "Content-Transfer-Encoding: base64\r\n\r\nTUFB\r\n", true),
                Arguments.of("opaque in binary", OPAQUE + "Content-Transfer-Encoding: binary\r\n\r\nMAA\r\n", false),
                Arguments.of(
                        "opaque with more",
                        OPAQUE + "Content-Transfer-Encoding: base64\r\n\r\nTUFB\r\n\r\n4711?\r\n",
                        false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entities")
    void saysWhetherAnythingElseIsThere(String name, String entity, boolean isAlone) throws Exception {
        MimeEntity root = Mail.scan(Mail.of(entity));

        assertThat(SignedAlone.is(root, root.header())).isEqualTo(isAlone);
    }

    private static String clear(String header, String preamble, String fields, String epilogue) {
        return header + "\r\n" + preamble + "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n" + fields
                + "Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n"
                + "\r\nTUFB\r\n--b--" + epilogue;
    }
}
