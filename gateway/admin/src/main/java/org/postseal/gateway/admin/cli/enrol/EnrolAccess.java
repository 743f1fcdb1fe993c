package org.postseal.gateway.admin.cli.enrol;

import java.util.List;
import java.util.function.BiFunction;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.enrolment.EnrolmentPass.Place;
import org.postseal.certstore.enrolment.Wanted;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.ca.CaAccess;
import org.postseal.gateway.admin.cli.ca.KnownPeople;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.config.EnrolmentConfig;
import org.postseal.policy.deciding.RuleSet;

/** What the commands about enrolment share: the store, and who is to have a certificate. */
final class EnrolAccess {
    private final StoreAccess store;
    private final CaAccess authority;

    EnrolAccess(StoreAccess store) {
        this.store = store;
        this.authority = new CaAccess(store);
    }

    StoreAccess store() {
        return store;
    }

    CaAccess authority() {
        return authority;
    }

    EnrolmentConfig config() {
        return store.config()
                .enrolment()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        "no enrolment is configured",
                        "write the section enrolment into " + store.configFile()));
    }

    /** Opens the store, finds out who is to have a certificate, and does the work. */
    <T> T inStore(BiFunction<Place, List<Wanted>, T> work) {
        EnrolmentConfig config = config();
        MasterKey master = store.masterKey();
        RuleSet rules = authority.policy();
        return store.inDirectory(directory -> {
            CertificateDatabase database = directory
                    .database()
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.UNAVAILABLE,
                            "there is no database yet, and so nobody is known",
                            "the first import makes it: postseal trust import NAME FILE"));
            KeyVault vault = database.read(contents -> store.vault(database, contents, master));
            List<Wanted> wanted = new EnrolledUsers(store, rules, config).among(database.read(KnownPeople::read));
            try {
                return work.apply(new Place(database, vault, directory.store(), directory.validation()), wanted);
            } catch (StoreUnavailableException e) {
                throw new CommandFailure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
            }
        });
    }
}
