mod data;
mod document;
mod edges;
mod fieldwork;
mod findings;
mod identities;
mod steps;
