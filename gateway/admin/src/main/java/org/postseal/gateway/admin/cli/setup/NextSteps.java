package org.postseal.gateway.admin.cli.setup;

import java.util.List;
import org.postseal.gateway.admin.cli.setup.Answers.Authority;
import org.postseal.gateway.admin.cli.support.Shell;

/** Says what remains for a person to do. */
record NextSteps(Shell shell, SetupPlaces places, Answers answers) {
    /**
     * Prints it.
     *
     * @param isMade whether something has been made now
     * @param isApplied whether Postfix was changed, too
     * @param postfix the commands that change Postfix
     */
    void print(boolean isMade, boolean isApplied, List<String> postfix, Service service) {
        if (!isApplied && !postfix.isEmpty()) {
            say("the gateway is set up; run it, keep copies of main.cf and master.cf, and change Postfix by these"
                    + " commands, or by --apply:");
            say("  "
                    + (service.isThere()
                            ? "systemctl enable --now " + Service.UNIT
                            : "postseal run -c " + places.config()));
            postfix.forEach(each -> say("  " + each));
            say("  postfix reload");
        }
        if (!isMade) {
            return;
        }
        say("");
        if (answers.authority() == Authority.OWN && answers.users().isEmpty()) {
            say("nobody was named by --user: without a key nobody's mail is signed");
        }
        say("what comes next:");
        say("- copy " + places.masterKey() + " to a place apart from the backup: nobody can open the keys without it");
        if (answers.authority() == Authority.OWN) {
            say("- move " + places.authority().resolve("root.key") + " and " + places.rootPassphrase()
                    + " to two places away from this machine");
            say("- serve " + places.authority().resolve("public") + " at "
                    + answers.settings().url() + ", and let a timer sign the lists: docs/howto-ca.md");
            say("- give partners " + places.authority().resolve("root.pem"));
            say("- more users: postseal ca issue ADDRESS --passphrase-file " + places.issuingPassphrase());
        } else if (answers.authority() == Authority.LATER) {
            say("- import keys: docs/howto-certificates.md; or make an authority: docs/howto-ca.md");
        }
        say("- import certificates of partners: postseal cert import FILE, postseal trust import partners FILE");
        say("- demand what must be: docs/howto-policy.md; who writes as whom, lists, milters: docs/howto-postfix.md");
        if (isApplied) {
            say("- take Postfix's settings back: postseal setup --undo -c " + places.config());
        }
    }

    private void say(String line) {
        shell.out().println(line);
    }
}
