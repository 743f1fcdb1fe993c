package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.Secret;

class LdapSettingsTest {
    private static final LdapSettings.Query QUERY = LdapSettings.Query.of("dc=example,dc=com", new LdapShape.Generic());

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "ldap://dc1.example.com,       ldap://dc1.example.com:389",
        "LDAPS://dc1.example.com/,     ldaps://dc1.example.com:636",
        "ldaps://gc.example.com:3269,  ldaps://gc.example.com:3269",
        "ldap://192.0.2.1:10389,       ldap://192.0.2.1:10389",
        "ldap://[2001:db8::1],         ldap://[2001:db8::1]:389",
    })
    void readsUrls(String text, String expected) {
        assertThat(LdapUrl.of(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dc1.example.com",
                "http://dc1.example.com",
                "ldap://",
                "ldap://:389",
                "ldap://dc1:0",
                "ldap://dc1:65536",
                "ldap://dc1:389x",
                "ldap://user:secret@dc1",
                "ldap://dc1/dc=example",
                "ldap://dc1?x",
                "ldap://a b",
                "ldap://2001:db8::1",
                "ldapi:///"
            })
    void refusesOtherText(String text) {
        assertThat(LdapUrl.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ldap://dc1.example.com,         false, false, true",
        "ldap://dc1.example.com,         true,  false, false",
        "ldap://dc1.example.com,         false, true,  false",
        "ldaps://dc1.example.com,        false, false, false",
        "ldap://127.0.0.1,               false, false, false",
        "ldap://127.9.9.9:1389,          false, false, false",
        "ldap://[::1],                   false, false, false",
        "ldap://localhost,               false, false, false",
        "ldap://localhost.example.com,   false, false, true",
        "ldap://127.0.0.1.example.com,   false, false, true",
    })
    void aPasswordStaysOffTheNetworkInClear(String url, boolean startTls, boolean isAllowed, boolean isProblem) {
        LdapSettings settings = LdapSettings.of("corp", LdapSettings.Servers.of(LdapUrl.of(url)), QUERY)
                .with(new LdapSettings.Servers(List.of(LdapUrl.of(url)), startTls, Optional.empty(), isAllowed));
        assertThat(settings.problems()).isEmpty();

        List<String> problems = settings.with(new LdapSettings.Credentials("cn=reader", folder.resolve("password")))
                .problems();

        assertThat(problems)
                .isEqualTo(
                        isProblem
                                ? List.of("the password would cross the network in the clear to " + LdapUrl.of(url)
                                        + ": use ldaps:// or StartTLS, or allow it explicitly")
                                : List.of());
    }

    @Test
    void saysEveryProblemAtOnce() {
        LdapSettings settings = new LdapSettings(
                "corp",
                new LdapSettings.Servers(List.of(LdapUrl.of("ldaps://dc1")), true, Optional.empty(), true),
                Optional.of(new LdapSettings.Credentials(" ", folder)),
                LdapSettings.Query.of("", new LdapShape.Template("(uid={local}")),
                LdapSettings.Attributes.DEFAULT,
                LdapSettings.Limits.DEFAULT
                        .times(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1))
                        .connections(0));

        assertThat(settings.problems())
                .containsExactly(
                        "StartTLS and ldaps:// exclude each other",
                        "the bind DN is empty",
                        "the filter is malformed: (uid={local}",
                        "a time limit must lie between 1 ms and 1 h: PT0S",
                        "a limit must be at least 1: 0");
        assertThatThrownBy(() -> new LdapConnections(settings))
                .isInstanceOfSatisfying(
                        LdapFailureException.class, e -> assertThat(e.failure()).isEqualTo(LdapFailure.MISCONFIGURED));
        assertThat(new LdapShape.Template("(uid=fixed)").problem())
                .contains("the filter must have {address} or {local} in it");
    }

    @Test
    void printsNoPassword() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "s3cret\r\n");

        assertThat(Secret.read(file)).hasToString("[redacted]");
        assertThat(Secret.read(file).octets()).isEqualTo("s3cret".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Secret.MAX_OCTETS + 1})
    void takesNoEmptyAndNoHugePassword(int length) throws Exception {
        Path file = Files.writeString(
                folder.resolve("password"), "\n".repeat(Math.min(length, 1)) + "x".repeat(Math.max(0, length - 1)));

        assertThatThrownBy(() -> Secret.read(file)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void refusesATrustFileWithoutCertificates(String content) throws Exception {
        Path trust = Files.writeString(folder.resolve("trust.pem"), content);
        LdapSettings settings = LdapSettings.of(
                "corp",
                new LdapSettings.Servers(
                        List.of(LdapUrl.of("ldaps://dc1.example.com")), false, Optional.of(trust), false),
                QUERY);

        assertThatThrownBy(() -> new LdapConnections(settings))
                .isInstanceOfSatisfying(
                        LdapFailureException.class, e -> assertThat(e.failure()).isEqualTo(LdapFailure.MISCONFIGURED));
    }
}
