package org.postseal.gateway.console.http;

/** What is found under which path; asked on a virtual thread for each request. */
public interface Pages {
    /** The page; one that says what is wrong, for a request that asks for none. */
    Page of(Request request);
}
