package org.postseal.gateway.admin.cli.support;

/** A command that only groups others, and so needs the name of one of them behind it. */
public abstract class CommandGroup implements Runnable {
    @Override
    public void run() {
        throw new WrongUse("no command given");
    }
}
