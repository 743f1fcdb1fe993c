package org.postseal.gateway.mail.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two vectors were made by Python's hashlib, which is OpenSSL. */
@Tag("thorough")
class PasswordHashTest {
    private static final String PENCIL = "$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
            + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw";
    private static final String GREETINGS = "$pbkdf2-sha512$10000$ZGVmZ2hpamtsbW5vcHFycw$"
            + "D4ozfZLZHEWxMCalS3PGLUE2.pyYcrWlXJkm2JYtNLWht7KSwees/KEqR4HvVfYC06NtgtceGCkm.J70osvbfQ";

    @Test
    void whatOthersMadeIsRead() {
        PasswordHash pencil = PasswordHash.parse(PENCIL).orElseThrow();
        assertThat(pencil.matches("pencil")).isTrue();
        assertThat(pencil.matches("Pencil")).isFalse();
        assertThat(pencil.matches("pencil ")).isFalse();
        assertThat(pencil.matches("")).isFalse();
        assertThat(pencil.text()).isEqualTo(PENCIL);
    }

    @Test
    void oneLetterIsOneLetterHoweverTyped() {
        PasswordHash greetings = PasswordHash.parse(GREETINGS).orElseThrow();
        assertThat(greetings.matches("Gr\u00FC\u00DFe aus \u6771\u4EAC")).isTrue();
        assertThat(greetings.matches("Gru\u0308\u00DFe aus\u00A0\u6771\u4EAC")).isTrue();
        assertThat(greetings.matches("Gru\u00DFe aus \u6771\u4EAC")).isFalse();
    }

    @Test
    void whatWeMakeIsReadAgainAndEachHasASaltOfItsOwn() {
        PasswordHash one = PasswordHash.of("pencil", new SecureRandom());
        PasswordHash other = PasswordHash.of("pencil", new SecureRandom());
        assertThat(PasswordHash.parse(one.text())).contains(one);
        assertThat(one.matches("pencil")).isTrue();
        assertThat(one.iterations()).isEqualTo(210_000);
        assertThat(one).isNotEqualTo(other);
        assertThat(one.toString()).isEqualTo("[redacted]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pencil",
                "$2y$10$abcdefghijklmnopqrstuv",
                "$pbkdf2-sha256$10000$AAECAwQFBgcICQoLDA0ODw$AAAA",
                "$pbkdf2-sha512$9999$AAECAwQFBgcICQoLDA0ODw$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw",
                "$pbkdf2-sha512$5000001$AAECAwQFBgcICQoLDA0ODw$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw",
                "$pbkdf2-sha512$999999999$AAECAwQFBgcICQoLDA0ODw$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw",
                "$pbkdf2-sha512$10000$AAECAwQFBg$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw",
                "$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV",
                "$pbkdf2-sha512$10000$A$A"
            })
    void anythingElseIsNot(String text) {
        assertThat(PasswordHash.parse(text)).isEmpty();
    }
}
