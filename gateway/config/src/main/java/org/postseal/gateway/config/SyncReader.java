package org.postseal.gateway.config;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.sync.SyncMethod;
import org.postseal.certstore.remote.sync.SyncSettings;
import org.postseal.policy.yaml.YamlMapping;

/** Reads {@code sync} of one directory server. */
final class SyncReader {
    private final YamlMapping mapping;

    SyncReader(YamlMapping mapping) {
        this.mapping = mapping;
    }

    /** Empty, with problems, when the server cannot be mirrored. */
    Optional<SyncSettings> read(LdapSettings server) {
        Optional<SyncMethod> method = mapping.word("method", methods());
        Optional<Duration> interval = mapping.duration("interval", Duration.ofSeconds(10), Duration.ofDays(1));
        Optional<Duration> full = mapping.duration("fullInterval", Duration.ofHours(1), Duration.ofDays(90));
        Optional<Integer> percent = mapping.integer("maxRemovedPercent", 0, 100);
        Optional<String> filter =
                mapping.parsed("filter", "a filter as in RFC 4515 such as (mail=*)", SyncReader::filter);
        mapping.refuseOthers();
        SyncSettings standard;
        try {
            standard = SyncSettings.of(
                    DirectoryConfig.MIRROR + server.name(), server.query().base());
        } catch (IllegalArgumentException e) {
            mapping.error("needs a base that is a distinguished name: " + e.getMessage());
            return Optional.empty();
        }
        return Optional.of(new SyncSettings(
                standard.source(),
                method.orElse(standard.method()),
                standard.base(),
                filter,
                server.limits().pageSize(),
                full.orElse(standard.fullInterval()),
                interval.orElse(standard.pollInterval()),
                percent.orElse(standard.maxRemovedPercent()),
                standard.dirSyncObjectSecurity(),
                standard.limits(),
                standard.responseTimeout(),
                standard.idleCheck(),
                standard.minBackoff(),
                standard.maxBackoff()));
    }

    private static Optional<String> filter(String text) {
        try {
            Filter _ = Filter.create(text);
            return Optional.of(text);
        } catch (LDAPException e) {
            return Optional.empty();
        }
    }

    private static Map<String, SyncMethod> methods() {
        Map<String, SyncMethod> methods = new LinkedHashMap<>();
        for (SyncMethod method : SyncMethod.values()) {
            methods.put(method.text(), method);
        }
        return methods;
    }
}
