package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {
    @ParameterizedTest
    @EnumSource
    void codeStatusAndTextsFitTogether(Reason reason) {
        assertThat(reason.code()).isBetween(400, 599);
        assertThat(reason.enhancedStatus()).matches("[45]\\.\\d{1,3}\\.\\d{1,3}");
        assertThat(reason.enhancedStatus().charAt(0) - '0').isEqualTo(reason.code() / 100);
        assertThat(reason.isTemporary()).isEqualTo(reason.enhancedStatus().startsWith("4."));
        assertThat(reason.publicText()).matches("[ -~]{10,200}");
        assertThat(reason.auditText()).matches("[ -~]{10,200}");
    }
}
