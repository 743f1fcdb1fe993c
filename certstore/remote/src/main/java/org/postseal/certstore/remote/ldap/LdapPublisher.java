package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.ModifyRequest;
import com.unboundid.ldap.sdk.RootDSE;
import com.unboundid.ldap.sdk.controls.AssertionRequestControl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Writes a user's certificates into his entry, and clears out what is of no more use there. First a {@link #plan}, which changes nothing and can be shown,
 * then {@link #apply}: one Modify that fails, instead of undoing it, when somebody else has changed the entry in between. Thread-safe.
 *
 * <p>Outlook takes the first value that has not expired, and a synchronisation with Entra stops at the sixteenth; so values that have expired or are
 * superseded go, whoever wrote them. Valid certificates of other uses stay.
 */
public final class LdapPublisher {
    /** Values of one attribute. Entra Connect exports no change at all of an object with more. */
    public static final int MAX_VALUES = 15;

    /** Values that are still read: what nobody has pruned for years is what needs it most. */
    private static final int MAX_PRUNED = 2_000;

    private final LdapConnections connections;
    private final LdapSettings settings;
    private final Entries entries;

    /** A publisher over {@code connections}, which the caller closes and whose credentials must be allowed to write. */
    public LdapPublisher(LdapConnections connections) {
        this.connections = connections;
        this.settings = connections.settings();
        this.entries = new Entries(settings);
    }

    /**
     * What is to be changed so that {@code user}'s entry shows {@code inForce} at {@code time}.
     *
     * @param bundle a SignedData of the user's for userSMIMECertificate, in place of what is there; without it that attribute stays as it is
     * @throws LdapFailureException NO_ENTRY, AMBIGUOUS; OVER_LIMIT when more than {@link #MAX_VALUES} valid ones would remain; REFUSED for a certificate
     *     that carries no address of the entry
     */
    public PublishPlan plan(MailAddress user, List<MailCertificate> inForce, Optional<byte[]> bundle, Instant time)
            throws LdapFailureException {
        SmimeValue smime = bundle.<SmimeValue>map(SmimeValue.Written::new).orElseGet(SmimeValue.Kept::new);
        return plan(user, inForce, smime, time);
    }

    /** As above. */
    public PublishPlan plan(MailAddress user, List<MailCertificate> inForce, SmimeValue smime, Instant time)
            throws LdapFailureException {
        return connections.read((connection, deadline) -> plan(connection, deadline, user, inForce, smime, time));
    }

    /**
     * Does what the plan says, all of it or nothing.
     *
     * @throws LdapFailureException CHANGED_MEANWHILE when the entry is no longer what the plan was made for
     */
    public void apply(PublishPlan plan) throws LdapFailureException {
        if (plan.changesSomething()) {
            connections.<Boolean>write((connection, _) -> {
                connection.modify(request(plan));
                return true;
            });
        }
    }

    private PublishPlan plan(
            LDAPConnection connection,
            Deadline deadline,
            MailAddress user,
            List<MailCertificate> inForce,
            SmimeValue smimeValue,
            Instant time)
            throws LDAPException, LdapFailureException {
        String certificates = settings.attributes().certificates().getFirst();
        String smime = settings.attributes().smime().getFirst();
        List<String> wanted = new ArrayList<>(VERSIONS);
        wanted.add(certificates);
        wanted.add(smime);
        Optional<? extends Entry> found = entries.of(connection, deadline, user, wanted);
        if (found.isEmpty()) {
            throw new LdapFailureException(LdapFailure.NO_ENTRY, user.toString());
        }
        Entry entry = found.get();
        List<MailAddress> owner = EntryAddresses.of(entry, settings.attributes());
        for (MailCertificate each : inForce) {
            if (owner.stream().noneMatch(each.addresses()::contains)) {
                throw new LdapFailureException(
                        LdapFailure.REFUSED, "certificate " + each + " carries no address of " + entry.getDN());
            }
        }
        int most = MAX_PRUNED;
        List<PublishPlan.Step> steps = new ArrayList<>(ValuePruning.steps(
                spelling(entry, certificates, true),
                AttributeValues.read(connection, deadline, entry, certificates, most),
                inForce,
                time));
        String spelled = spelling(entry, smime, false);
        switch (smimeValue) {
            case SmimeValue.Kept _ -> {}
            case SmimeValue.Written(byte[] bundle) ->
                steps.addAll(ValuePruning.replacing(
                        spelled, AttributeValues.read(connection, deadline, entry, smime, most), bundle));
            case SmimeValue.Cleared _ ->
                steps.addAll(
                        ValuePruning.clearing(spelled, AttributeValues.read(connection, deadline, entry, smime, most)));
        }
        return new PublishPlan(user, entry.getDN(), steps, version(connection, entry));
    }

    // as the entry has it already; else as the kind of server wants it (RFC 4523 §2.1)
    private String spelling(Entry entry, String attribute, boolean demandsOption) {
        String spelled = AttributeValues.spelling(entry, attribute);
        if (spelled != null) {
            return spelled;
        }
        boolean isPlain = !demandsOption || settings.query().shape() instanceof LdapShape.ActiveDirectory;
        return isPlain ? attribute : attribute + ";binary";
    }

    private static Optional<PublishPlan.Version> version(LDAPConnection connection, Entry entry) throws LDAPException {
        RootDSE root = connection.getRootDSE();
        if (root == null || !root.supportsControl(AssertionRequestControl.ASSERTION_REQUEST_OID)) {
            return Optional.empty();
        }
        for (String each : VERSIONS) {
            @Nullable String value = entry.getAttributeValue(each);
            if (value != null) {
                return Optional.of(new PublishPlan.Version(each, value));
            }
        }
        return Optional.empty();
    }

    private static ModifyRequest request(PublishPlan plan) {
        List<Modification> changes = new ArrayList<>();
        for (String attribute : plan.attributes()) {
            List<PublishPlan.Step> removed = plan.steps(attribute, PublishPlan.Kind.REMOVE);
            List<PublishPlan.Step> added = plan.steps(attribute, PublishPlan.Kind.ADD);
            List<PublishPlan.Step> kept = plan.steps(attribute, PublishPlan.Kind.KEEP);
            if (removed.isEmpty() && added.isEmpty()) {
                continue;
            }
            if (plan.version().isPresent() && !removed.isEmpty()) {
                // OpenLDAP has no equality rule for userSMIMECertificate and removes no single value of it
                List<PublishPlan.Step> after = new ArrayList<>(kept);
                after.addAll(added);
                changes.add(new Modification(ModificationType.REPLACE, attribute, values(after)));
                continue;
            }
            // by value, so that it fails when one is gone, and leaves alone what has come
            if (!removed.isEmpty()) {
                changes.add(new Modification(ModificationType.DELETE, attribute, values(removed)));
            }
            if (!added.isEmpty()) {
                changes.add(new Modification(ModificationType.ADD, attribute, values(added)));
            }
        }
        ModifyRequest request = new ModifyRequest(plan.dn(), changes);
        plan.version()
                .ifPresent(version -> request.addControl(new AssertionRequestControl(
                        Filter.createEqualityFilter(version.attribute(), version.value()), true)));
        return request;
    }

    private static byte[][] values(List<PublishPlan.Step> steps) {
        return steps.stream().map(PublishPlan.Step::value).toArray(byte[][]::new);
    }

    /** Attributes that change with each change of an entry: OpenLDAP's, Active Directory's. */
    private static final List<String> VERSIONS = List.of("entryCSN", "uSNChanged");
}
