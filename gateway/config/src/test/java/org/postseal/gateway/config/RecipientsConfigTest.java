package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;

class RecipientsConfigTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sales",
                "SALES",
                "j\u00fcrgen",
                "\u5c71\u7530",
                "\u03bd\u03b9\u03ba\u03bf\u03c2",
                "o'neill+tag",
                "\"a\\\"b\""
            })
    void anOrdinaryLocalPartIsTaken(String localPart) {
        assertThat(RecipientsConfig.DEFAULT.isRoutedElsewhere(address(localPart)))
                .isFalse();
    }

    /** Postfix takes each of these for another mailbox. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a%b.example",
                "b.example!a",
                "\"\\\\sales\"",
                "\u017fales",
                "fran\u212a",
                "J\u00dcRGEN",
                "ju\u0308rgen",
                "stra\u00dfe",
                "o\ufb00ice"
            })
    void oneThatMeansAnotherMailboxIsNotUnlessItIsNamed(String localPart) {
        MailAddress address = address(localPart);

        assertThat(RecipientsConfig.DEFAULT.isRoutedElsewhere(address)).isTrue();
        String key = address.key().substring(0, address.key().lastIndexOf('@'));
        assertThat(new RecipientsConfig(Set.of(key)).isRoutedElsewhere(address)).isFalse();
    }

    private static MailAddress address(String localPart) {
        return MailAddress.of(localPart + "@example.com");
    }
}
