package org.postseal.gateway.audit;

import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;

/** Makes configurations that differ from another one in what a test is about. */
public final class AuditConfigs {
    private AuditConfigs() {}

    /** Returns the configuration with hashed addresses. */
    public static AuditConfig hashed(AuditConfig plain, Secret addressKey) {
        return new AuditConfig(
                plain.file(),
                plain.adminFile(),
                plain.checkpoint(),
                plain.rotateSize(),
                plain.rotateEvery(),
                plain.keep(),
                plain.journald(),
                Optional.of(addressKey),
                plain.timestamp());
    }

    /** Returns the configuration with other limits for the size and age of files. */
    public static AuditConfig rotated(AuditConfig plain, long size, Duration every, Duration keep) {
        return new AuditConfig(
                plain.file(),
                plain.adminFile(),
                plain.checkpoint(),
                size,
                every,
                keep,
                plain.journald(),
                plain.addressKey(),
                plain.timestamp());
    }
}
