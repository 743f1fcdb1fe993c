package org.postseal.gateway.admin.cli.setup;

import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Program;

/** Starts and stops the gateway as a service of systemd. */
record Service(Machine machine, SetupPlaces places) {
    /** Returns true if systemd runs here and has the unit of this configuration. */
    boolean isThere() {
        return machine.hasSystemd()
                && places.config().equals(SetupPlaces.PACKAGED)
                && machine.run("systemctl", "cat", UNIT).isSuccess();
    }

    Step step() {
        return new Step("the service " + UNIT, () -> is("active") && is("enabled"), () -> systemctl("enable"));
    }

    /** Stops it, and no start of the machine starts it again. Returns whether there was something to stop. */
    boolean stop() {
        if (!isThere() || !(is("active") || is("enabled"))) {
            return false;
        }
        systemctl("disable");
        return true;
    }

    private boolean is(String state) {
        return machine.run("systemctl", "is-" + state, UNIT).isSuccess();
    }

    private void systemctl(String command) {
        Program ran = machine.run("systemctl", command, "--now", UNIT);
        if (!ran.isSuccess()) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "systemctl " + command + " --now " + UNIT + " failed: " + ran.complaint(),
                    "see: journalctl -u postseal");
        }
    }

    static final String UNIT = "postseal.service";
}
