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
import org.postseal.certstore.fetch.Deadline;

/**
 * Writes a user's certificates into their entry and removes those that are no longer of use. First {@link #plan} works
 * out the changes, which can be shown, and changes nothing. Then {@link #apply} makes the changes in one Modify. The
 * Modify fails if somebody else has changed the entry in between, so it never undoes their change. Thread-safe.
 *
 * <p>Outlook takes the first value that has not expired, and a synchronisation with Entra stops at the sixteenth value.
 * So values that have expired or are superseded are removed, whoever wrote them. Valid certificates for other uses
 * stay.
 */
public final class LdapPublisher {
    /** The most values of one attribute. Entra Connect exports no change at all for an object with more. */
    public static final int MAX_VALUES = 15;

    /**
     * The most values of an entry that are read. It is far above {@link #MAX_VALUES}, since an entry that nobody has
     * pruned for years needs pruning most.
     */
    private static final int MAX_PRUNED = 2_000;

    private final LdapConnections connections;
    private final LdapSettings settings;
    private final Entries entries;

    /**
     * Makes a publisher over {@code connections}, which the caller closes and whose credentials must be allowed to
     * write.
     */
    public LdapPublisher(LdapConnections connections) {
        this.connections = connections;
        this.settings = connections.settings();
        this.entries = new Entries(settings);
    }

    /**
     * Returns the changes after which {@code user}'s entry shows {@code inForce} at {@code time}.
     *
     * @param smime what becomes of userSMIMECertificate
     * @throws LdapFailureException as NO_ENTRY or AMBIGUOUS, as OVER_LIMIT if more than {@link #MAX_VALUES} valid
     *     values would remain, or as REFUSED for a certificate that carries no address of the entry
     */
    public PublishPlan plan(MailAddress user, List<MailCertificate> inForce, SmimeValue smime, Instant time)
            throws LdapFailureException {
        return connections.read((connection, deadline) -> plan(connection, deadline, user, inForce, smime, time));
    }

    /**
     * Makes all changes of the plan, or none.
     *
     * @throws LdapFailureException as CHANGED_MEANWHILE if the entry has changed since the plan was made
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

    // Returns the spelling that the entry has already, or else the one that this kind of server wants (RFC 4523 §2.1).
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
                // OpenLDAP has no equality rule for userSMIMECertificate, so it cannot remove a single value.
                List<PublishPlan.Step> after = new ArrayList<>(kept);
                after.addAll(added);
                changes.add(new Modification(ModificationType.REPLACE, attribute, values(after)));
                continue;
            }
            // The values to remove are named, so that the change fails if one of them is gone. Values that were added
            // since stay.
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

    /** Attributes that change with each change of an entry, in OpenLDAP and in Active Directory. */
    private static final List<String> VERSIONS = List.of("entryCSN", "uSNChanged");
}
