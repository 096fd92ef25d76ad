mod data;
mod document;
mod edges;
mod estimated;
mod fieldwork;
mod findings;
mod identities;
mod steps;
