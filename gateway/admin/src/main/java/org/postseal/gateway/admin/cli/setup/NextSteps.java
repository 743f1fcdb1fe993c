package org.postseal.gateway.admin.cli.setup;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.admin.cli.setup.Answers.Authority;

/**
 * Says what remains for a person to do.
 *
 * @param postfix the commands that change the Postfix of this machine
 * @param remote the mail servers on other machines, if there is no such Postfix
 */
record NextSteps(Site site, Answers answers, List<String> postfix, Optional<RemoteWay> remote) {
    /**
     * Prints it.
     *
     * @param isMade whether something has been made now
     * @param isApplied whether Postfix was changed, too
     * @param isRunning whether the gateway runs
     */
    void print(boolean isMade, boolean isApplied, boolean isRunning) {
        String start = new Service(site.machine(), site.places()).isThere()
                ? "systemctl enable --now " + Service.UNIT
                : "postseal run -c " + site.places().config();
        if (!isApplied && !postfix.isEmpty()) {
            site.say("the gateway is set up; run it, keep copies of main.cf and master.cf, and change Postfix by these"
                    + " commands, or by --apply:");
            site.say("  " + start);
            postfix.forEach(each -> site.say("  " + each));
            site.say("  postfix reload");
        }
        if (isMade) {
            site.say("");
            known(isApplied);
        }
        if ((isApplied || remote.isPresent())
                && !isRunning
                && remote.filter(way -> !way.mayStart()).isEmpty()) {
            site.say("start the gateway: " + start);
            if (remote.isEmpty()) {
                site.say("until then mail waits in Postfix's queue; then run the same command again, which sends a"
                        + " trial message");
            }
        }
    }

    private void known(boolean isApplied) {
        SetupPlaces places = site.places();
        if (answers.authority() == Authority.OWN && answers.users().isEmpty()) {
            site.say("nobody was named by --user: without a key nobody's mail is signed");
        }
        site.say("what comes next:");
        remote.ifPresent(way -> way.next().forEach(each -> site.say("- " + each)));
        site.say("- copy " + places.masterKey() + " to a place apart from the backup: nobody can open the keys without"
                + " it");
        if (answers.authority() == Authority.OWN) {
            site.say("- move " + places.authority().resolve("root.key") + " and " + places.rootPassphrase()
                    + " to two places away from this machine");
            site.say("- serve " + places.authority().resolve("public") + " at "
                    + answers.settings().url() + ", and let a timer sign the lists: docs/howto-ca.md");
            site.say("- give partners " + places.authority().resolve("root.pem"));
            site.say("- more users: postseal ca issue ADDRESS --passphrase-file " + places.issuingPassphrase());
        } else if (answers.authority() == Authority.LATER) {
            site.say("- import keys: docs/howto-certificates.md; or make an authority: docs/howto-ca.md");
        }
        site.say("- import certificates of partners: postseal cert import FILE, postseal trust import partners FILE");
        site.say("- demand what must be: docs/howto-policy.md");
        if (remote.isEmpty()) {
            site.say("- who writes as whom, lists, milters: docs/howto-postfix.md");
            if (isApplied) {
                site.say("- take Postfix's settings back: postseal setup --undo -c " + places.config());
            }
        }
    }
}
