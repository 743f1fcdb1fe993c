package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailProgramTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "Mozilla Thunderbird, THUNDERBIRD",
                "Mozilla Thunderbird Next, -",
                "Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Gecko/20100101 Thunderbird/91.5.0, -",
                "NeoMutt/20250510, NEOMUTT",
                "NeoMutt, -",
                "not NeoMutt/20250510, -",
                "Claws Mail 4.3.1 (GTK 3.24.49; x86_64-pc-linux-gnu), CLAWS_MAIL",
                "Microsoft Outlook 16.0, -",
            })
    void knowsOnlyProgramsThatWereRun(String field, MailProgram program) {
        assertThat(MailProgram.of(field).orElse(null)).isEqualTo(program);
    }
}
