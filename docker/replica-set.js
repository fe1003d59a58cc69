// Makes the replica set and its two users, once; run again, it changes nothing.
const admin = db.getSiblingDB("admin");

try {
  rs.status();
} catch (error) {
  if (error.codeName === "NotYetInitialized") {
    rs.initiate({
      _id: "assidu",
      members: [
        // The users are made through this node, so it is the one to become primary first.
        { _id: 0, host: "mongo1:27017", priority: 2 },
        { _id: 1, host: "mongo2:27017" },
        { _id: 2, host: "mongo3:27017" },
      ],
    });
  } else if (error.codeName !== "Unauthorized") {
    throw error;
  }
}

while (!db.hello().isWritablePrimary) {
  sleep(500);
}

try {
  admin.createUser({ user: "admin", pwd: process.env.MONGO_ADMIN_PASSWORD, roles: ["root"] });
} catch (error) {
  // The first user is there: from now on a password is asked for, also from localhost.
  if (!["Unauthorized", "Location51003"].includes(error.codeName)) {
    throw error;
  }
}
admin.auth("admin", process.env.MONGO_ADMIN_PASSWORD);

if (admin.getUser("assidu") === null) {
  admin.createUser({
    user: "assidu",
    pwd: process.env.MONGO_ASSIDU_PASSWORD,
    roles: [{ role: "readWrite", db: "assidu" }, { role: "dbAdmin", db: "assidu" }],
  });
}
