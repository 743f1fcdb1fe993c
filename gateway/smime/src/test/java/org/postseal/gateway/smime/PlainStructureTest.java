package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyHandle;

class PlainStructureTest {
    private static final String HEAD = "From: bob@example.net\r\nMIME-Version: 1.0\r\n";
    private static final String SIGNED_TYPE =
            "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";"
                    + "\r\n\tmicalg=sha-256; boundary=\"b_1\"\r\n";
    static final String PART =
            "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\nContent-Transfer-Encoding: base64\r\n";
    static final String OPAQUE_TYPE =
            "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n";
    private static final String BASE64 = "Content-Transfer-Encoding: base64\r\n";
    private static final String ENTITY = "Content-Type: text/plain\r\n\r\ntext";
    private static final String DETACHED = object(false);
    private static final String ATTACHED = object(true);
    static final String SIGNED =
            HEAD + SIGNED_TYPE + "\r\nThis is signed.\r\n\r\n--b_1\r\nContent-Type: text/plain\r\n\r\n"
                    + "text\r\n--b_1\r\n" + PART + "\r\n" + DETACHED + "\r\n--b_1--\r\n";
    static final String OPAQUE = HEAD + OPAQUE_TYPE + BASE64 + "\r\n" + ATTACHED + "\r\n";

    /** Returns Alice's signature over the entity in base64. It includes the content if it stands alone. */
    private static String object(boolean isAlone) {
        byte[] entity = ENTITY.getBytes(StandardCharsets.US_ASCII);
        KeyHandle key = SignedDataForge.ALICE;
        try {
            return Base64.getMimeEncoder(32, new byte[] {'\r', '\n'})
                    .encodeToString(SignedDataForge.signedData(
                            Optional.of(entity).filter(_ -> isAlone),
                            List.of(SignedDataForge.signer(key, SignedDataForge.attributes(key, entity))),
                            key.certificate()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A way to write the same message that not every program reads alike. The text {@code from} occurs in the message.
     */
    record Change(String message, String from, String to) {
        String changed() {
            assertThat(message).contains(from);
            return message.replace(from, to);
        }

        @Override
        public String toString() {
            return from.strip() + " -> " + to.strip();
        }
    }

    @ParameterizedTest
    @MethodSource("plain")
    void whatMailProgramsWriteIsPlainAndPasses(String message) throws Exception {
        assertThat(doubt(message)).isEmpty();
        boolean isAltered = message.contains("\r\n\r\na\n") || message.contains("somebody");
        assertThat(Mail.describe(Mail.verify(Mail.of(message)))).isEqualTo(isAltered ? "CONTENT_ALTERED" : "Valid");
    }

    static Stream<String> plain() {
        return Stream.of(
                SIGNED,
                OPAQUE,
                SIGNED.replace("MIME-Version: 1.0", "Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.300.61.1.2\\))"),
                // This is a report of Exim.
                SIGNED.replace("MIME-", "X-Ham-Report: a\r\n \r\n b\r\nMIME-"),
                SIGNED.replace("\"b_1\"", "b_1"),
                SIGNED.replace("b_1", "----=_NextPart_000_00E0_01C73A39.F0BAF680"),
                SIGNED.replace("b_1", "Apple-Mail=_3D2B1D6F-0B0B-4B0B-8B0B-0B0B0B0B0B0B"),
                SIGNED.replace("b_1", "=_alternative 0012C4B2C1257A3F_="),
                SIGNED.replace("b_1", "----F64236F869294814A5429491E2A0401B"),
                SIGNED.replace("; protocol", ";\r\n protocol"),
                SIGNED.replace("; protocol", "; \r\n protocol"),
                SIGNED.replace("Content-Type: multipart", "content-type:multipart"),
                SIGNED.replace("This is signed.\r\n\r\n", ""),
                SIGNED.replace("--b_1--\r\n", "--b_1--"),
                SIGNED.replace("--b_1--\r\n", "--b_1--\r\n\r\n"),
                SIGNED.replace("MIME-", "Content-Transfer-Encoding: 8bit\r\nMIME-"),
                SIGNED.replace("text\r\n", "text\r\n-- \r\n--\r\nsignature of somebody\r\n"),
                SIGNED.replace("text\r\n", "a\nb\rc\r\n"),
                OPAQUE.replace(
                        OPAQUE_TYPE,
                        "Content-Type: application/octet-stream\r\nContent-Disposition: attachment;"
                                + "\r\n\tfilename=smime.p7m\r\n"),
                OPAQUE + "\r\n\r\n",
                OPAQUE.replace(BASE64 + "\r\n", BASE64 + "\r\n\r\n"),
                OPAQUE.replace("base64", "BASE64"),
                binary("binary", ""),
                binary("8bit", ""),
                binary("binary", "\r\n\r\n"));
    }

    private static String binary(String encoding, String tail) {
        String octets = new String(Base64.getMimeDecoder().decode(ATTACHED), StandardCharsets.ISO_8859_1);
        return HEAD + OPAQUE_TYPE + "Content-Transfer-Encoding: " + encoding + "\r\n\r\n" + octets + tail;
    }

    private static Stream<Change> each(String message, String from, String... others) {
        return Arrays.stream(others).map(to -> new Change(message, from, to));
    }

    static Stream<Change> contentType() {
        return Stream.of(SIGNED, OPAQUE).flatMap(message -> {
            String type = message.equals(SIGNED) ? "multipart/signed" : "application/pkcs7-mime";
            String field = "Content-Type: " + type;
            String top = type.substring(0, type.indexOf('/'));
            String sub = type.substring(type.indexOf('/') + 1);
            return Stream.of(
                            each(
                                    message,
                                    field,
                                    "Content-Type: " + top + " /" + sub,
                                    "Content-Type: " + top + "/ " + sub,
                                    "Content-Type: " + top + "/\r\n " + sub,
                                    "Content-Type: (c) " + type,
                                    "Content-Type: " + top + "(c)/" + sub,
                                    "Content-Type: " + top + "/(c)" + sub,
                                    "Content-Type: " + type + "(c)",
                                    "Content-Type: " + type + " (c)",
                                    "Content-Type: " + type + " ",
                                    "Content-Type: \"" + type + "\"",
                                    "Content-Type: =?utf-8?q?" + type + "?=",
                                    "Content-Type: " + top + "/\\" + sub,
                                    "Content-Type: " + type + ";",
                                    "Content-Type: " + type + "; x",
                                    "Content-Type: " + type + "; x=",
                                    "Content-Type: " + type + "; =x",
                                    "Content-Type: " + type + "; x =y",
                                    "Content-Type: " + type + "; x= y",
                                    "Content-Type: " + type + "; x=\r\n y",
                                    "Content-Type: " + type + "; x=y z",
                                    "Content-Type: " + type + "; x=y(c)",
                                    "Content-Type: " + type + "; (c)x=y",
                                    "Content-Type: " + type + "; x='y'",
                                    "Content-Type: " + type + "; x=\"y",
                                    "Content-Type: " + type + "; x=\"y\\z\"",
                                    "Content-Type: " + type + "; x=\"y\\\"z\"",
                                    "Content-Type: " + type + "; x=\"y;z\"",
                                    "Content-Type: " + type + "; x=\"y(c)\"",
                                    "Content-Type: " + type + "; x=\"y\r\n z\"",
                                    "Content-Type: " + type + "; x=\"y\"z",
                                    "Content-Type: " + type + "; x=\"\u00e9\"",
                                    "Content-Type: " + type + "; x=\u00e9",
                                    "Content-Type: " + type + "; x=\"\u0001\"",
                                    "Content-Type: " + type + "; x=\"y\tz\"",
                                    "Content-Type: " + type + "; x=\"=?utf-8?q?y?=\"",
                                    "Content-Type: " + type + "; x=y; X=z",
                                    "Content-Type: " + type + "; x*=utf-8''y",
                                    "Content-Type: " + type + "; x*0=y",
                                    "Content-Type: " + type + "; x*0*=utf-8''y",
                                    "Content-Type: " + type + "; x=" + "y".repeat(2_000),
                                    "Content-Type: " + type + "\r\n ",
                                    "Content-Type: text/plain\r\n" + field,
                                    "content-TYPE: " + type + "\r\n" + field),
                            each(
                                    message,
                                    "MIME-Version: 1.0\r\n",
                                    "",
                                    "MIME-Version: 2.0\r\n",
                                    "MIME-Version:\r\n",
                                    "MIME-Version: (c) 1.0\r\n",
                                    "MIME-Version: 1(c).0\r\n",
                                    "MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n"))
                    .flatMap(changes -> changes);
        });
    }

    static Stream<Change> boundary() {
        return Stream.concat(
                each(
                        SIGNED,
                        "boundary=\"b_1\"",
                        "b=\"b_1\"",
                        "boundary=\"\"",
                        "boundary=\"b_1 \"",
                        "boundary*=us-ascii''b_1",
                        "boundary*0=b_; boundary*1=1",
                        "boundary=b_1; boundary=b2",
                        "boundary=b_1; Boundary=b_1"),
                Stream.of(
                                "b\\1",
                                "b'1",
                                "b(1)",
                                "b;1",
                                "b[1]",
                                "b@1",
                                "b&1",
                                "b#1",
                                "b!1",
                                "b%1",
                                "b\u00e91",
                                "b=?1",
                                "b\t1",
                                "b".repeat(71))
                        .map(other -> new Change(SIGNED, "b_1", other)));
    }

    static Stream<Change> headerSection() {
        return Stream.of(SIGNED, OPAQUE)
                .flatMap(message -> each(
                        message,
                        "MIME-Version",
                        "no field\r\nMIME-Version",
                        "X : y\r\nMIME-Version",
                        "X\u0001: y\r\nMIME-Version",
                        "X\u00e9: y\r\nMIME-Version",
                        ": y\r\nMIME-Version",
                        "X: y\nMIME-Version",
                        "X: y\rMIME-Version",
                        "X: y\u0000\r\nMIME-Version",
                        "Date: y\r\n \r\nMIME-Version",
                        "Content-Language: y\r\n\t \r\nMIME-Version",
                        "Content-Type : text/plain\r\nMIME-Version",
                        "Content-Transfer-Encoding: 7bit (c)\r\nMIME-Version",
                        "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 7bit\r\nMIME-Version"));
    }

    static Stream<Change> delimiters() {
        return Stream.of(
                        each(
                                SIGNED,
                                "This is signed.",
                                "--",
                                "-- ",
                                "--x",
                                " --x",
                                "--b_1x",
                                "--b_1 x",
                                "a\n--x",
                                "a\r--x",
                                "a\nb",
                                "x".repeat(999),
                                "--b_1--"),
                        each(
                                SIGNED,
                                "text\r\n",
                                "text\r\n--b_1x\r\n",
                                "text\r\n--b_1 x\r\n",
                                "text\n--b_1\r\n",
                                "text\r--b_1\r\n"),
                        each(SIGNED, "--b_1\r\nContent", "--b_1 \r\nContent", "--b_1\t\r\nContent", "--b_1\nContent"),
                        each(
                                SIGNED,
                                "--b_1--\r\n",
                                "",
                                "--b_1-- \r\n",
                                "--b_1--x\r\n",
                                "--b_1--\n",
                                "--b_1--\r\n--x\r\n",
                                "--b_1--\r\n--b_1\r\n",
                                "--b_1--\r\n--b_1--\r\n",
                                "--b_1--\r\na\nb\r\n",
                                "--b_1\r\n\r\nmore\r\n--b_1--\r\n"),
                        each(
                                SIGNED,
                                "Content-Type: text/plain\r\n",
                                inner("b"),
                                inner("b_1"),
                                inner("b_12"),
                                inner("c").replace("--c--\r\n", "")),
                        each(SIGNED, "pkcs7-signature; name", "pdf; name", "pgp-signature; name"))
                .flatMap(changes -> changes);
    }

    private static String inner(String boundary) {
        return "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n\r\nx\r\n--"
                + boundary + "--\r\n";
    }

    static Stream<Change> encoding() {
        return Stream.of(
                        each(
                                SIGNED,
                                "MIME-",
                                "Content-Transfer-Encoding: base64\r\nMIME-",
                                "Content-Transfer-Encoding: quoted-printable\r\nMIME-"),
                        Stream.of(SIGNED, OPAQUE)
                                .flatMap(message -> each(
                                        message,
                                        BASE64,
                                        "",
                                        "Content-Transfer-Encoding: 7bit\r\n",
                                        "Content-Transfer-Encoding: quoted-printable\r\n",
                                        "Content-Transfer-Encoding: x-base64\r\n",
                                        "Content-Transfer-Encoding: base64 (c)\r\n",
                                        "Content-Transfer-Encoding: \"base64\"\r\n",
                                        "Content-Transfer-Encoding: base64;\r\n",
                                        BASE64 + BASE64)),
                        Stream.of(SIGNED, OPAQUE)
                                .flatMap(message -> bodies(object(message))
                                        .map(body -> new Change(message, object(message), body))))
                .flatMap(changes -> changes);
    }

    private static String object(String message) {
        return message.equals(SIGNED) ? DETACHED : ATTACHED;
    }

    /** Returns bodies that each show a program something else than the object alone. */
    private static Stream<String> bodies(String object) {
        String first = object.substring(0, 32);
        String rest = object.substring(34);
        return Stream.of(
                object + "\r\nfor your eyes",
                object + "\r\n\r\nfor your eyes",
                object + "\r\nQUFB",
                object + "QUFB",
                object + "====",
                object + "\r\n====",
                first + "=\r\n" + rest,
                first + "\r\n\r\n" + rest,
                first + " \r\n" + rest,
                " " + object,
                first + "\r\n " + rest,
                first + "\n" + rest,
                first + "\r" + rest,
                first + "\r\n*" + rest,
                first + "\r\n-" + rest,
                first.substring(0, 31) + "\r\n" + first.substring(31) + rest,
                object.substring(0, object.length() - 4),
                object.substring(0, object.length() - 1),
                "");
    }

    static Stream<Change> tails() {
        return Stream.of("binary", "8bit")
                .flatMap(encoding -> Stream.of("x", "\r\nx", "\u0000", "\r\n\u0000\u0000", " ")
                        .map(tail -> new Change(binary(encoding, "<tail>"), "<tail>", tail)));
    }

    static Stream<Change> names() {
        String named = OPAQUE.replace(
                OPAQUE_TYPE,
                "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=smime.p7m\r\n");
        return each(
                named,
                "filename=",
                "filename*=utf-8''",
                "filename (c)=",
                "filename=a; filename=",
                "filename=a\r\nContent-Disposition: attachment; filename=");
    }

    @ParameterizedTest
    @MethodSource({"contentType", "boundary", "headerSection", "delimiters", "encoding", "tails", "names"})
    void whatProgramsReadInTwoWaysIsNeitherValidNorUnsigned(Change change) throws Exception {
        assertThat(doubt(change.changed())).isPresent();
        assertThat(Mail.describe(Mail.verify(Mail.of(change.changed())))).isNotIn("Valid", "Unsigned");
    }

    private static Optional<String> doubt(String message) throws Exception {
        return PlainStructure.doubt(Mail.scan(Mail.of(message)));
    }
}
