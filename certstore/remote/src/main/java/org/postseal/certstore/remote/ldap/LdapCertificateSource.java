package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.fetch.Deadline;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.CertificateSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the certificates of a directory server, whatever their state: every value of userSMIMECertificate in tier 0,
 * then every value of userCertificate in tier 1, in the server's order. A value that is no certificate is passed over,
 * logged and counted. Thread-safe. Each call asks the server.
 */
public final class LdapCertificateSource implements CertificateSource {
    private final LdapConnections connections;
    private final LdapSettings settings;
    private final Entries entries;
    private final List<String> attributes;
    private final LongAdder unreadable = new LongAdder();

    /** Makes a source over {@code connections}, which the caller closes. */
    public LdapCertificateSource(LdapConnections connections) {
        this.connections = connections;
        this.settings = connections.settings();
        this.entries = new Entries(settings);
        this.attributes = new ArrayList<>(settings.attributes().smime());
        attributes.addAll(settings.attributes().certificates());
    }

    @Override
    public String name() {
        return "ldap:" + settings.name();
    }

    @Override
    public boolean covers(MailAddress address) {
        return settings.query().covers(address);
    }

    @Override
    public List<Candidate> find(MailAddress address) {
        if (!covers(address)) {
            return List.of();
        }
        Optional<Found> found;
        try {
            found = connections.read((connection, deadline) -> found(connection, deadline, address));
        } catch (LdapFailureException e) {
            throw new StoreUnavailableException(name() + " " + e.getMessage(), e);
        }
        return found.map(each -> candidates(each, address)).orElse(List.of());
    }

    /** Returns the number of values that were passed over since the start because they are no certificates. */
    public long unreadableValues() {
        return unreadable.sum();
    }

    private record Found(List<MailAddress> owner, Map<String, List<byte[]>> values) {}

    private Optional<Found> found(LDAPConnection connection, Deadline deadline, MailAddress address)
            throws LDAPException, LdapFailureException {
        Optional<? extends Entry> entry = entries.of(connection, deadline, address, attributes);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        Map<String, List<byte[]>> values = new LinkedHashMap<>();
        for (String each : attributes) {
            values.put(
                    each,
                    AttributeValues.read(
                            connection,
                            deadline,
                            entry.get(),
                            each,
                            settings.limits().values()));
        }
        return Optional.of(new Found(EntryAddresses.of(entry.get(), settings.attributes()), values));
    }

    private List<Candidate> candidates(Found found, MailAddress address) {
        Map<CertificateId, Candidate> candidates = new LinkedHashMap<>();
        found.values().forEach((attribute, values) -> {
            boolean isBundle = settings.attributes().smime().contains(attribute);
            for (byte[] value : values) {
                try {
                    UserSmimeDecoder.Bundle bundle = isBundle ? UserSmimeDecoder.decode(value) : bare(value);
                    for (MailCertificate each : bundle.certificates()) {
                        candidates.putIfAbsent(
                                each.id(), candidate(each, attribute, isBundle ? 0 : 1, bundle, found.owner()));
                    }
                } catch (CertificateException e) {
                    unreadable.increment();
                    LOG.warn(
                            "{}: a value of {} of {} octets in the entry of {} is passed over: {}",
                            name(),
                            attribute,
                            value.length,
                            address,
                            e.getMessage());
                }
            }
        });
        return List.copyOf(candidates.values());
    }

    private static UserSmimeDecoder.Bundle bare(byte[] value) throws CertificateException {
        return new UserSmimeDecoder.Bundle(
                List.of(MailCertificate.of(value)), List.of(), List.of(), Optional.<SmimeCapabilities>empty());
    }

    private static Candidate candidate(
            MailCertificate certificate,
            String attribute,
            int tier,
            UserSmimeDecoder.Bundle bundle,
            Collection<MailAddress> owner) {
        return new Candidate(
                certificate,
                attribute,
                tier,
                bundle.flagged().contains(certificate),
                List.copyOf(owner),
                bundle.helpers(),
                bundle.capabilities(),
                new Candidate.Vouching.Path(),
                Optional.empty());
    }

    private static final Logger LOG = LoggerFactory.getLogger(LdapCertificateSource.class);
}
