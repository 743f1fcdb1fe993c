package org.postseal.gateway.admin.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerShellTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                "O'Brien",
                "'; Remove-Mailbox *; '",
                "\u2019; Remove-Mailbox *; \u2018",
                "a\u201A\u201Bb''c",
                "$(Remove-Mailbox) $env:PATH `n \"x\" \u201Cy\u201D",
                "#no comment <# #>",
                "@'",
                "'@",
                "\u5bc6 \ud83d\udd12",
                "back`tick\\"
            })
    void aValueStaysOneString(String value) {
        PowerShellTokens tokens = new PowerShellTokens(new PowerShell()
                .ensure("OutboundConnector", value, Map.of("Comment", value, "Words", List.of(value, value)))
                .file());
        assertThat(tokens.strings()).hasSize(6).containsOnly(value);
        assertThat(tokens.code()).doesNotContain("Remove");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d'arc@example.com",
                "\"'; Remove-Mailbox *; '\"@example.com",
                "\"\u2019) }; Remove-Mailbox *; {(\u2018\"@example.com",
                "\"$(Remove-Mailbox)`\"\"@example.com"
            })
    void noRecipientBreaksOut(String address) {
        byte[] certificate = {0x30, 0};
        PowerShellTokens tokens = new PowerShellTokens(RecipientScript.of(List.of(new RecipientScript.Recipient(
                address, address + "\nRemove-Mailbox *", List.of(certificate), Optional.of(List.of(certificate))))));
        assertThat(tokens.strings()).filteredOn(address::equals).hasSize(6);
        assertThat(tokens.code()).doesNotContain("Remove");
    }

    @Test
    void aRecipientHasOneToFifteenCertificates() {
        assertThatThrownBy(() -> new RecipientScript.Recipient("a@b.c", "", List.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RecipientScript.Recipient(
                        "a@b.c", "", Collections.nCopies(16, new byte[] {0x30, 0}), Optional.empty()))
                .hasMessage("1 to 15 certificates of a recipient, not 16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\u0085b", "\0", "\u007f"})
    void aValueOfSeveralLinesIsRefused(String value) {
        assertThatThrownBy(() -> PowerShell.literal(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(value);
    }

    @Test
    void aCommentEndsNowhere() {
        byte[] file = new PowerShell()
                .comment("one\nRemove-Mailbox *\r\u0085Remove-X\u2028y")
                .file();
        assertThat(new PowerShellTokens(file).code()).isEqualTo("\r\n".repeat(3));
    }

    @Test
    void scriptsAreAsWindowsReadsThem() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("Enabled", true);
        settings.put("Priority", 3);
        settings.put("None", List.of());
        String text = new String(
                new PowerShell().settings(settings).line("Set-It @settings").file(), UTF_8);
        assertThat(text)
                .isEqualTo(
                        "\uFEFF$settings = @{\r\n    Enabled  = $true\r\n    Priority = 3\r\n    None     = @()\r\n}\r\nSet-It @settings\r\n");
    }
}
