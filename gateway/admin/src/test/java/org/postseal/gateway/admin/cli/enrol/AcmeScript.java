package org.postseal.gateway.admin.cli.enrol;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a test wants of {@link ScriptedAcme}. Confined to its lock. */
final class AcmeScript {
    /** Holds the faults, and the resource that each of them concerns. */
    final Map<AcmeFault, String> faults = new EnumMap<>(AcmeFault.class);

    Instant now;
    Duration time = Duration.ofDays(365);
    /** How long before an order is finalized its certificate is valid already. */
    Duration backdated = Duration.ZERO;

    @Nullable
    String replyTo;

    @Nullable
    String bindingName;

    byte[] bindingSecret = {};

    AcmeScript(Instant now) {
        this.now = now;
    }

    boolean is(AcmeFault fault) {
        return faults.containsKey(fault);
    }

    /** Returns why this resource does not look at what it is asked. */
    Optional<AcmeFault> brokenAt(String resource) {
        return BROKEN.stream().filter(each -> resource.equals(faults.get(each))).findFirst();
    }

    private static final List<AcmeFault> BROKEN = List.of(
            AcmeFault.SERVER_ERROR,
            AcmeFault.GARBAGE,
            AcmeFault.HUGE,
            AcmeFault.ENDLESS,
            AcmeFault.REDIRECT,
            AcmeFault.NOT_FOUND,
            AcmeFault.RATE_LIMITED,
            AcmeFault.REJECTED_IDENTIFIER,
            AcmeFault.UNSUPPORTED_IDENTIFIER,
            AcmeFault.CAA);
}
