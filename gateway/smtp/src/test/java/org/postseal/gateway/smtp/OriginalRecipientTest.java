package org.postseal.gateway.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;

class OriginalRecipientTest {
    @ParameterizedTest
    @CsvSource({
        "rfc822;list@example.com,list@example.com",
        "RFC822;a+2Bb@example.com,a+b@example.com",
        "rfc822;b+C3+BCb@example.com,b\u00fcb@example.com",
        "utf-8;b\u00fcb@example.com,b\u00fcb@example.com",
        "utf-8;list@example.com,list@example.com"
    })
    void isAnAddress(String value, String address) {
        assertThat(OriginalRecipient.address(value)).contains(MailAddress.of(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x400;list@example.com",
                "rfc822;list",
                "rfc822;a+2xb@example.com",
                "utf-8;b\\x{FC}b@example.com",
                "list@example.com",
                ";list@example.com",
                "rfc822;"
            })
    void isNone(String value) {
        assertThat(OriginalRecipient.address(value)).isEqualTo(Optional.empty());
    }
}
