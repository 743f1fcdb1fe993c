package org.postseal.gateway.admin.cli.directory;

import java.util.List;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.LdapFailure;
import org.postseal.certstore.remote.ldap.LdapFailureException;
import org.postseal.certstore.remote.ldap.LdapPublisher;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.ldap.PublishPlan;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/** Plans and makes changes to entries of one server. A failure of the server ends the command with a message. */
final class EntryPublisher {
    private final StoreAccess store;
    private final LdapSettings settings;
    private final LdapPublisher publisher;

    EntryPublisher(StoreAccess store, LdapSettings settings, LdapPublisher publisher) {
        this.store = store;
        this.settings = settings;
        this.publisher = publisher;
    }

    PublishPlan plan(MailAddress address, Publication publication) {
        try {
            return publisher.plan(address, publication.certificates(), publication.smime(), store.now());
        } catch (LdapFailureException e) {
            throw failure(e, false);
        }
    }

    void apply(MailAddress address, PublishPlan plan, String note) {
        String object = "address:" + address;
        store.inDatabase(database -> {
            // The record comes first: a change may be recorded and then fail, but it cannot succeed unrecorded
            store.record(database, note, "directory-publish", object, PlanView.details(settings.name(), plan));
            try {
                publisher.apply(plan);
            } catch (LdapFailureException e) {
                store.record(
                        database,
                        note,
                        "directory-publish-failed",
                        object,
                        List.of("server " + settings.name(), e.getMessage()));
                throw failure(e, true);
            }
            return true;
        });
    }

    private CommandFailure failure(LdapFailureException e, boolean isWriting) {
        int code = switch (e.failure()) {
            case NO_ENTRY, AMBIGUOUS, OVER_LIMIT, REFUSED, CREDENTIALS_REFUSED, NO_BASE -> ExitCode.REFUSED;
            case CHANGED_MEANWHILE, BUSY, CLOSED -> ExitCode.TRY_AGAIN;
            case MISCONFIGURED -> ExitCode.CONFIG;
            case UNREACHABLE, UNTRUSTED, NO_TLS, TIMED_OUT, MALFORMED, REFERS_ELSEWHERE, NOT_EXPANDABLE, FAILED ->
                ExitCode.UNAVAILABLE;
        };
        String message = settings.name() + " " + Printable.line(e.getMessage());
        String hint = ServerHints.ofPublishing(e.failure(), settings.name(), isWriting);
        return OF_THE_SERVER.contains(e.failure())
                ? new CommandFailure(code, message, hint)
                : new EntryFailure(code, message, hint);
    }

    /** Failures that every other entry would meet as well. */
    private static final Set<LdapFailure> OF_THE_SERVER = Set.of(
            LdapFailure.UNREACHABLE,
            LdapFailure.UNTRUSTED,
            LdapFailure.NO_TLS,
            LdapFailure.MISCONFIGURED,
            LdapFailure.CREDENTIALS_REFUSED);
}
