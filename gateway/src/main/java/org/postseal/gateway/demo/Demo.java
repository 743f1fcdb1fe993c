package org.postseal.gateway.demo;

import java.io.PrintStream;
import org.postseal.gateway.assembly.Assembly;

/** Sends messages through a gateway of its own and shows what becomes of each. */
public final class Demo {
    private final Assembly assembly;
    private final PrintStream out;

    public Demo(Assembly assembly, PrintStream out) {
        this.assembly = assembly;
        this.out = out;
    }

    /** True when everything came out as it should. */
    public boolean run() {
        out.println("not wired yet: " + assembly);
        return false;
    }
}
