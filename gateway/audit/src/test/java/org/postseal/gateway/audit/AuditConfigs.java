package org.postseal.gateway.audit;

import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;

/** Configurations that differ from another one in what a test is about. */
public final class AuditConfigs {
    private AuditConfigs() {}

    /** With addresses that nobody can read. */
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

    /** With files of other sizes and ages. */
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
